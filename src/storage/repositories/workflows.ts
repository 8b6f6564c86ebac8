import { and, asc, eq, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { StopWhen } from '../../versioning/stop-when.ts'
import type { Workflow } from '../../workflow/definition.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { render, statement } from '../sql.ts'
import type { ShadowChange, Statement, Unreadable, WorkflowFilter, WorkflowRepository } from '../store.ts'
import { currentWorkflows as current, workflows } from '../tables.ts'
import type { Cells } from './cells.ts'
import { decodeAll } from './decoding.ts'
import { STATUSES, type VersionedKind, VersionedRows, versionColumns } from './versioned.ts'

const kind: VersionedKind<Workflow, WorkflowFilter> = {
  noun: 'workflow',
  idColumn: 'workflow_id',
  table: workflows,
  columns: versionColumns(workflows, workflows.workflow_id),
  current,
  currentColumns: versionColumns(current, current.workflow_id),
  sortable: {
    priority: current.priority,
    name: current.name,
    status: current.status,
    created_at: current.created_at,
    updated_at: current.updated_at,
  },
  rollout: workflows.rollout_percentage,
  identity: row => ({ id: row.workflow_id, version: row.version }),
  frame,
  content,
  decode,
  filters: ({ status, tag }) => ({ equal: [[current.status, status]], tag }),
}

export function workflowRepository(reader: Reader, scope: Scope): WorkflowRepository {
  return new WorkflowRows(reader, scope)
}

class WorkflowRows extends VersionedRows<Workflow, WorkflowFilter> implements WorkflowRepository {
  readonly #reader: Reader
  readonly #tenant: string

  constructor(reader: Reader, scope: Scope) {
    super(kind, reader, scope)
    this.#reader = reader
    this.#tenant = scope.tenant
  }

  setStopWhen({
    workflow_id,
    version,
    status,
    stop_when,
  }: Parameters<WorkflowRepository['setStopWhen']>[0]): Statement {
    const isOwn = status === 'active' ? eq(workflows.version, version) : sql`false`
    const text = stop_when === undefined ? null : JSON.stringify(stop_when)
    const query = render
      .update(workflows)
      .set({ stop_when_json: sql`case when ${isOwn} then ${text} end` })
      .where(
        and(
          eq(workflows.tenant, this.#tenant),
          eq(workflows.workflow_id, workflow_id),
          or(isOwn, isNotNull(workflows.stop_when_json)),
        ),
      )
    return statement(query)
  }

  async shadows(): Promise<{ rows: Workflow[]; unreadable: Unreadable[] }> {
    const query = render
      .select()
      .from(workflows)
      .where(this.#areShadows())
      .orderBy(asc(workflows.workflow_id))
    return decodeAll(kind, await this.#reader.all(statement(query)))
  }

  async isShadow(id: string): Promise<boolean> {
    const query = render
      .select({ version: workflows.version })
      .from(workflows)
      .where(and(this.#areShadows(), eq(workflows.workflow_id, id)))
    return (await this.#reader.first(statement(query))) !== undefined
  }

  setShadow({ id, version, shadow }: ShadowChange, otherwise: () => Error): Statement {
    const isDraft = and(this.#is(id), eq(workflows.version, version), eq(workflows.status, 'draft'))
    return statement(render.update(workflows).set({ shadow }).where(isDraft), { otherwise })
  }

  endShadow(id: string): Statement {
    return statement(
      render
        .update(workflows)
        .set({ shadow: false })
        .where(and(this.#is(id), eq(workflows.status, 'draft'))),
    )
  }

  #is(id: string): SQL | undefined {
    return and(eq(workflows.tenant, this.#tenant), eq(workflows.workflow_id, id))
  }

  #areShadows(): SQL | undefined {
    return and(eq(workflows.tenant, this.#tenant), eq(workflows.status, 'draft'), eq(workflows.shadow, true))
  }
}

function frame(row: Workflow): Record<string, unknown> {
  return {
    workflow_id: row.workflow_id,
    version: row.version,
    status: row.status,
    rollout_percentage: row.rollout_percentage,
    stop_when_json: row.stop_when === undefined ? null : JSON.stringify(row.stop_when),
    created_at: row.created_at,
  }
}

function content(row: Workflow): Record<string, unknown> {
  return {
    name: row.name,
    description: row.description,
    priority: row.priority,
    condition_json: JSON.stringify(row.condition),
    tasks_json: JSON.stringify(row.tasks),
    tags: JSON.stringify(row.tags),
    continue_on_error: row.continue_on_error,
    loop_json: row.loop === null ? null : JSON.stringify(row.loop),
    updated_at: row.updated_at,
  }
}

function decode(cells: Cells): Workflow {
  const stopWhen = cells.checkedOrNull('stop_when_json', StopWhen)
  return {
    workflow_id: cells.text('workflow_id'),
    version: cells.number('version'),
    name: cells.text('name'),
    description: cells.textOrNull('description'),
    priority: cells.number('priority'),
    status: cells.oneOf('status', STATUSES),
    rollout_percentage: cells.number('rollout_percentage'),
    ...(stopWhen !== null && { stop_when: stopWhen }),
    condition: cells.json('condition_json'),
    tasks: cells.json('tasks_json'),
    tags: cells.strings('tags'),
    continue_on_error: cells.flag('continue_on_error'),
    loop: cells.objectOrNull('loop_json'),
    created_at: cells.text('created_at'),
    updated_at: cells.text('updated_at'),
  }
}
