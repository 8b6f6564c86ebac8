import type { Principal } from '../auth/principal.ts'
import type { Source } from '../dispatch/live.ts'
import type { ShadowReport } from '../dispatch/rehearsal/shadow.ts'
import { type Detail, OrionError } from '../errors.ts'
import { isObject, type JsonObject, own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { WorkflowFilter } from '../storage/store.ts'
import { SetShadow } from '../versioning/definition.ts'
import { decideShadow } from '../versioning/shadow.ts'
import type { Workflow } from '../workflow/definition.ts'
import { checked } from './bodies.ts'
import { commitDeed } from './journal.ts'
import type { Lanes } from './lanes.ts'
import type { Parts } from './parts.ts'
import { permitted } from './permitted.ts'
import type { LintRow } from './rehearse-status.ts'
import { Versioned } from './versioned.ts'
import type { VersionedKind } from './versioned-kind.ts'
import { withShadow } from './workflows.ts'

/** Workflows, whose drafts may run beside what is active. */
export class WorkflowVersions extends Versioned<Workflow, WorkflowFilter> {
  readonly #kind: VersionedKind<Workflow, WorkflowFilter>
  readonly #parts: Parts

  constructor(kind: VersionedKind<Workflow, WorkflowFilter>, parts: Parts, lanes: Lanes, lint: LintRow) {
    super(kind, parts, lanes, lint)
    this.#kind = kind
    this.#parts = parts
  }

  /** Body `{status, ...}`, or `{shadow}` to begin or end a shadow, which gives the draft. */
  override async setStatus(by: Principal, id: string, body: unknown): Promise<Workflow> {
    if (!isObject(body) || typeof own(body, 'shadow') !== 'boolean') return super.setStatus(by, id, body)
    return this.#setShadow(by, id, askedShadow(body))
  }

  /** Rejects with NOT_FOUND when none runs. */
  async shadow(id: string): Promise<ShadowReport> {
    const report = this.#parts.live.shadow(id)
    if (report !== undefined) return report
    await this.get(id)
    throw new OrionError('NOT_FOUND', `No shadow of workflow '${id}' runs`)
  }

  #setShadow(by: Principal, id: string, shadow: boolean): Promise<Workflow> {
    const { workflows } = this.#parts.store
    return this.changingLive(id, async superseded => {
      const isShadow = await workflows.isShadow(id)
      const subject = { kind: 'workflow', id } as const
      const { version } = permitted(decideShadow(subject, await workflows.states(id), { isShadow, shadow }))
      const draft = await workflows.version(id, version)
      if (draft === undefined) throw superseded()
      if (shadow) await this.#refuseUnfit(draft)
      const change = workflows.setShadow({ id, version, shadow }, superseded)
      const action = shadow ? 'shadow_on' : 'shadow_off'
      return {
        edit: (source: Source) => ({
          ...source,
          shadows: withShadow(source, id, shadow ? draft : undefined),
        }),
        commit: () => commitDeed(this.#parts, [change], { by, action, type: 'workflow', id }),
        result: draft,
      }
    })
  }

  async #refuseUnfit(draft: Workflow): Promise<void> {
    const details = await this.#kind.problems(draft)
    const [first] = details
    if (first === undefined) return
    const what = `workflow '${draft.workflow_id}' version ${draft.version}`
    throw new OrionError(
      'VALIDATION_ERROR',
      `Cannot run ${what} beside the active one: ${first.path}: ${first.message}`,
      {
        details,
      },
    )
  }
}

/** Throws VALIDATION_ERROR for what a draft that takes no traffic cannot have. */
function askedShadow(body: JsonObject): boolean {
  const problems: Detail[] = [
    ...schemaProblems(SetShadow, body),
    ...(['rollout_percentage', 'stop_when'] as const)
      .filter(key => (body[key] ?? null) !== null)
      .map(key => ({
        path: key,
        code: 'UNKNOWN_KEY' as const,
        message: 'a shadow takes no traffic; leave this out, or "shadow"',
      })),
  ]
  return checked(SetShadow, body, problems).shadow
}
