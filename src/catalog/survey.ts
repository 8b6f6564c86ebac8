import type { FunctionTable } from '../engine/functions-api.ts'
import type { Store } from '../storage/store.ts'
import { type Dependencies, dependenciesOf } from './dependencies.ts'
import { type Dependents, dependentsOf } from './dependents.ts'
import { diffOf, type VersionDiff, type VersionPair } from './version-diff.ts'
import { storedVersion } from './version-of.ts'
import { type WorkflowEffects, workflowEffects } from './workflow-effects.ts'

/** What definitions say of each other and of the world; reads alone. Versions default to the latest. Throw NOT_FOUND. */
export interface Survey {
  /** The connectors and channels that a workflow names. */
  dependencies(workflowId: string, version?: number): Promise<Dependencies>
  /** The workflows and channels that name a connector. */
  dependents(connectorId: string): Promise<Dependents>
  /** Everything that a workflow can touch. */
  effects(workflowId: string, version?: number): Promise<WorkflowEffects>
  /** What is different between two versions of a workflow. */
  diff(workflowId: string, versions: VersionPair): Promise<VersionDiff>
}

export function openSurvey(store: Store, functions: FunctionTable): Survey {
  const { workflows } = store
  return {
    dependencies: async (id, version) =>
      dependenciesOf(await storedVersion(workflows, id, version), functions, store),
    dependents: id => dependentsOf(id, functions, store),
    effects: async (id, version) =>
      workflowEffects(await storedVersion(workflows, id, version), functions, store),
    diff: (id, versions) => diffOf(workflows, id, versions),
  }
}
