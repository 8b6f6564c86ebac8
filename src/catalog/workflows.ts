import type { Source } from '../dispatch/live.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import type { Detail } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import { type JsonObject, own } from '../std/json.ts'
import { inPortions } from '../std/portions.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { WorkflowFilter, WorkflowRepository } from '../storage/store.ts'
import { SetWorkflowStatus } from '../versioning/definition.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { reservedIdProblems } from '../versioning/reserved-ids.ts'
import { shareProblems } from '../versioning/rollout-share.ts'
import { type StopWhen, stopWhenProblems } from '../versioning/stop-when.ts'
import { workflowProblems } from '../workflow/check.ts'
import { CreateWorkflow, type Workflow } from '../workflow/definition.ts'
import type { WorkflowCheck } from '../workflow/task-check.ts'
import { checked, givenFields, objectBody } from './bodies.ts'
import { workflowObstacles } from './gates.ts'
import { asStored } from './source-order.ts'
import type { AskedStatus, VersionedKind } from './versioned-kind.ts'

export function workflowKind(
  rows: WorkflowRepository,
  check: WorkflowCheck & { readonly functions: FunctionTable },
  clock: Clock,
): VersionedKind<Workflow, WorkflowFilter> {
  const problemsOf = (candidate: JsonObject) => inPortions(workflowProblems(candidate, check), clock)
  const read = async (candidate: JsonObject, more: readonly Detail[] = []): Promise<CreateWorkflow> =>
    checked(CreateWorkflow, candidate, onePerPath([...more, ...(await problemsOf(candidate))]))
  return {
    name: 'workflow',
    rows,
    idOf: row => row.workflow_id,
    async create(body, newId, at, stored) {
      const asked = objectBody(body)
      const reserved = reservedIdProblems('workflow', 'workflow_id', own(asked, 'workflow_id'))
      const given = await read(asked, stored === undefined ? reserved : [])
      return firstDraft(given.workflow_id ?? newId(), contentOf(given), at)
    },
    asDraft: row => ({ ...watching(row, null), status: 'draft', rollout_percentage: 100 }),
    async update(draft, body) {
      const { workflow_id } = draft
      const given = objectBody(body)
      const loop = own(given, 'loop') === null ? null : (own(given, 'loop') ?? draft.loop)
      return { ...draft, ...contentOf(await read({ ...draft, ...givenFields(given), loop, workflow_id })) }
    },
    readStatus,
    sharing: (row, rollout_percentage) => ({ ...row, rollout_percentage }),
    watching,
    storeWatch: row => [
      rows.setStopWhen(row),
      ...(row.status !== 'active' ? [rows.endShadow(row.workflow_id)] : []),
    ],
    async joining(row) {
      if (!(await rows.isShadow(row.workflow_id))) return undefined
      return source => ({ ...source, shadows: withShadow(source, row.workflow_id, row) })
    },
    problems: row => problemsOf({ ...row }),
    obstacles: (row, source) => workflowObstacles(row, source, check.functions),
    activeIn: (source, id, row, beside) => ({
      ...source,
      workflows: replaced(source, id, row, beside),
      shadows: source.shadows.filter(draft => draft.workflow_id !== id || isBeside(draft, row)),
    }),
    shown: row => row,
    fields: row => ({ ...row }),
    showField: (_, value) => value,
  }
}

/** The fields in the order in which every read has them. */
function firstDraft(workflow_id: string, content: ReturnType<typeof contentOf>, at: string): Workflow {
  const { name, description, priority, ...rest } = content
  return {
    workflow_id,
    version: 1,
    name,
    description,
    priority,
    status: 'draft',
    rollout_percentage: 100,
    ...rest,
    created_at: at,
    updated_at: at,
  }
}

function contentOf(given: CreateWorkflow) {
  return {
    name: given.name,
    description: given.description ?? null,
    priority: given.priority ?? 0,
    condition: given.condition ?? true,
    tasks: given.tasks,
    tags: given.tags ?? [],
    continue_on_error: given.continue_on_error ?? false,
    loop: given.loop ?? null,
  }
}

/** The share counts only for an activation (contract 3.7). */
function readStatus(body: unknown): AskedStatus {
  const given = objectBody(body)
  const problems = onePerPath([
    ...schemaProblems(SetWorkflowStatus, given),
    ...(given.status === 'active' ? shareProblems(own(given, 'rollout_percentage'), 0) : []),
    ...(given.status === 'active'
      ? stopWhenProblems(own(given, 'stop_when'), own(given, 'rollout_percentage') ?? 100)
      : []),
    ...(typeof given.shadow === 'boolean' ? [NO_REHEARSAL] : []),
  ])
  const { status, rollout_percentage, stop_when } = checked(SetWorkflowStatus, given, problems)
  return { status, share: rollout_percentage ?? 100, ...(stop_when && { stopWhen: stop_when }) }
}

/** What begins or ends a shadow is read elsewhere, and only this is left of it here. */
const NO_REHEARSAL: Detail = {
  path: 'shadow',
  code: 'UNKNOWN_KEY',
  message: 'a shadow is not rehearsed: it changes no answer; leave "dry_run" out, or "shadow"',
}

/** In the place that every read has it in. */
function watching(row: Workflow, stopWhen: StopWhen | null): Workflow {
  const { stop_when: _, ...rest } = row
  if (stopWhen === null) return rest
  const { workflow_id, version, name, description, priority, status, rollout_percentage, ...more } = rest
  const head = { workflow_id, version, name, description, priority, status, rollout_percentage }
  return { ...head, stop_when: stopWhen, ...more }
}

/** Whether a draft is still one; it may have been given another number when it became active. */
function isBeside(draft: Workflow, active: Workflow | undefined): boolean {
  return active !== undefined && active.created_at !== draft.created_at
}

/** The drafts that run beside what is active, with this one of the workflow, or with none. */
export function withShadow(
  { shadows }: Source,
  id: string,
  draft: Workflow | undefined,
): readonly Workflow[] {
  const others = shadows.filter(other => other.workflow_id !== id)
  return draft === undefined ? others : [...others, draft]
}

/** In the order in which storage has them: of one id the older version comes first. */
function replaced(
  { workflows }: Source,
  id: string,
  row: Workflow | undefined,
  beside: Workflow | undefined,
): readonly Workflow[] {
  const others = workflows.filter(other => other.workflow_id !== id)
  if (row === undefined) return others
  const joining = beside === undefined ? [row] : [beside, row]
  return [...others, ...joining].toSorted(asStored(other => other.workflow_id))
}
