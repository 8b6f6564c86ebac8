import type { JsonObject } from '../std/json.ts'
import type { WorkflowRepository } from '../storage/store.ts'
import { type Change, changesBetween } from '../versioning/changes.ts'
import type { Workflow } from '../workflow/definition.ts'
import { storedVersion } from './version-of.ts'

/** Two versions to compare. */
export interface VersionPair {
  /** The highest active version but `to` when left out, else the one before `to`, else `to` itself. */
  readonly from?: number | undefined
  /** The latest when left out. */
  readonly to?: number | undefined
}

export interface VersionDiff {
  readonly workflow_id: string
  readonly from: number
  readonly to: number
  /** Of the content alone: not of version, status, share and times. */
  readonly changes: readonly Change[]
}

/** Throws NOT_FOUND. */
export async function diffOf(rows: WorkflowRepository, id: string, pair: VersionPair): Promise<VersionDiff> {
  const newer = await storedVersion(rows, id, pair.to)
  const from = pair.from ?? (await versionBefore(rows, newer))
  const older = from === newer.version ? newer : await storedVersion(rows, id, from)
  const changes = changesBetween(contentOf(older), contentOf(newer))
  return { workflow_id: id, from, to: newer.version, changes }
}

async function versionBefore(rows: WorkflowRepository, { workflow_id, version }: Workflow): Promise<number> {
  const others = (await rows.states(workflow_id)).filter(state => state.version !== version)
  const active = others.find(({ status }) => status === 'active')
  return (active ?? others.find(other => other.version < version))?.version ?? version
}

function contentOf({ name, description, priority, condition, ...row }: Workflow): JsonObject {
  const { tasks, tags, continue_on_error, loop } = row
  return { name, description, priority, condition, tasks, tags, continue_on_error, loop }
}
