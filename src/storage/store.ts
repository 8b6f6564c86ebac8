import type { Channel } from '../channel/definition.ts'
import type { Connector } from '../connector/definition.ts'
import type { StoredSecret } from '../secrets/definition.ts'
import type { Status } from '../versioning/status.ts'
import type { Workflow } from '../workflow/definition.ts'

export type SqlValue = null | number | string | Uint8Array

/** One statement of a unit, already rendered for the database that the store is open on. */
export interface Statement {
  readonly sql: string
  readonly params: readonly SqlValue[]
  /** When set: the statement must change at least one row, or the unit is undone and rejects with this error. */
  readonly otherwise?: () => Error
  /** When set: the unit rejects with this error when the statement breaks a unique key. */
  readonly conflict?: (violation: Violation) => Error
}

/** A unique key that a statement breaks: its columns, `tenant` among them. */
export interface Violation {
  readonly columns: readonly string[]
}

/** What is committed together or not at all. */
export interface Unit {
  readonly statements: readonly Statement[]
  /** `full`: fsynced before the promise resolves. `normal`: survives a killed process, not a lost machine. */
  readonly durability: 'full' | 'normal'
}

export interface Page {
  limit: number
  offset: number
}

export interface Sort {
  by: string
  order: 'asc' | 'desc'
}

export interface Listed<Row> {
  rows: Row[]
  /** Rows that match, on all pages. */
  total: number
  /** Rows of this page that cannot be read; they are counted in `total` and absent from `rows`. */
  unreadable?: Unreadable[]
}

/** A row whose columns cannot be read; it is quarantined instead of failing its neighbours. `version` is 0 where there are none. */
export interface Unreadable {
  id: string
  version: number
  name: string
  reason: string
}

/** Reads and statements for the two versioned kinds; `Row` is Workflow or Channel. Reads throw INTERNAL_ERROR for an unreadable row. */
export interface VersionedRepository<Row, Filter> {
  /** The highest version, whatever its status. */
  latest(id: string): Promise<Row | undefined>
  version(id: string, version: number): Promise<Row | undefined>
  /** Every version, newest first, without content. */
  states(id: string): Promise<VersionState[]>
  /** Newest first. */
  versions(id: string, page: Page): Promise<Listed<Row>>
  /** Latest versions only. */
  list(filter: Filter, sort: Sort, page: Page): Promise<Listed<Row>>
  /** Latest versions that match, without content, by id: so many at most of those behind `after`, which is an id or empty. */
  keys(filter: Filter, after: string, limit: number): Promise<VersionKey[]>
  /** All active rows, priority descending, then id. */
  active(): Promise<{ rows: Row[]; unreadable: Unreadable[] }>
  /**
   * What stands for each definition, in the order of ids, of those after `afterId`: its active versions, its draft and its
   * newest version. Reads about `limit` rows, never a part of what stands for one id.
   */
  standing(afterId: string, limit: number): Promise<Standing<Row>>
  /** Fails with CONFLICT when the id and version exist or a draft exists. */
  insert(row: Row): Statement
  /** Replaces the content of a draft; `otherwise` is for the case that it is a draft no more. */
  updateDraft(row: Row, otherwise: () => Error): Statement
  setStatus(change: StatusChange): Statement
  /** Changes nothing; `otherwise` is for the case that the version is no more as it was read. */
  expect(version: ExpectedVersion, otherwise: () => Error): Statement
  delete(id: string, otherwise: () => Error): Statement
}

/** One page of what stands; `lastId` is where the next one begins, undefined when this is the last. */
export interface Standing<Row> {
  rows: Row[]
  unreadable: Unreadable[]
  lastId: string | undefined
}

export interface ExpectedVersion {
  id: string
  version: number
  status: Status
  updatedAt: string
}

export interface VersionKey {
  id: string
  version: number
  name: string
  priority: number
}

export interface VersionState {
  version: number
  status: Status
  rolloutPercentage: number
}

export interface StatusChange {
  id: string
  version: number
  from: Status
  to: Status
  rolloutPercentage?: number
  /** The number that the version is given; it keeps its own when left out. */
  becomes?: number
  at: string
  otherwise: () => Error
}

export interface WorkflowFilter {
  status?: string
  tag?: string
}
export interface ChannelFilter {
  status?: string
  channelType?: string
  protocol?: string
  tag?: string
}
export interface ConnectorFilter {
  tag?: string
}

export interface WorkflowRepository extends VersionedRepository<Workflow, WorkflowFilter> {
  /** The `stop_when` of the row when it is active, and of no other version of its id. */
  setStopWhen(row: Pick<Workflow, 'workflow_id' | 'version' | 'status' | 'stop_when'>): Statement
  /** Drafts that run beside what is active. */
  shadows(): Promise<{ rows: Workflow[]; unreadable: Unreadable[] }>
  isShadow(id: string): Promise<boolean>
  /** Whether a draft runs beside what is active; `otherwise` is for the case that it is a draft no more. */
  setShadow(draft: ShadowChange, otherwise: () => Error): Statement
  /** No draft of the workflow does from here on. */
  endShadow(id: string): Statement
}

export interface ShadowChange {
  id: string
  version: number
  shadow: boolean
}

export type ChannelRepository = VersionedRepository<Channel, ChannelFilter>

export interface ConnectorRepository {
  get(id: string): Promise<Connector | undefined>
  byName(name: string): Promise<Connector | undefined>
  list(filter: ConnectorFilter, page: Page): Promise<Listed<Connector>>
  /** Every id that matches, by name. */
  ids(filter: ConnectorFilter): Promise<string[]>
  all(): Promise<{ rows: Connector[]; unreadable: Unreadable[] }>
  /** In the order of names, those after `afterName`, at most so many. */
  following(afterName: string, limit: number): Promise<{ rows: Connector[]; unreadable: Unreadable[] }>
  insert(row: Connector): Statement
  /** `expectedUpdatedAt` guards against a change in between. */
  update(row: Connector, expectedUpdatedAt: string, otherwise: () => Error): Statement
  delete(id: string, otherwise: () => Error): Statement
}

export interface SecretRepository {
  all(): Promise<{ rows: StoredSecret[]; unreadable: Unreadable[] }>
  /** Fails with CONFLICT when the name is taken. */
  insert(row: StoredSecret): Statement
  /** `before` guards against a change in between. */
  replace(row: StoredSecret, before: StoredSecret, otherwise: () => Error): Statement
  delete(name: string, otherwise: () => Error): Statement
}

export interface AuditEntry {
  id: string
  principal: string
  action: string
  resource_type: string
  resource_id: string
  /** `{before, after}` of the changed fields, secrets masked; null when there is nothing to compare. */
  details: string | null
  created_at: string
}

export interface AuditRepository {
  insert(entry: AuditEntry): Statement
  /** Newest first. */
  list(page: Page): Promise<Listed<AuditEntry>>
}

/** One row of contract 8.7; JSON columns stay text. */
export interface Trace {
  id: string
  channel: string
  channel_id: string | null
  mode: 'sync' | 'async'
  status: 'pending' | 'running' | 'completed' | 'failed'
  /** Version that answered; null when none ran. */
  workflow_version: number | null
  input_json: string | null
  result_json: string | null
  error_message: string | null
  duration_ms: number | null
  started_at: string | null
  completed_at: string | null
  created_at: string
  updated_at: string
  /** How the run came to its result; null unless its request asked. */
  explain_json: string | null
  /** How the run was answered, and what was dropped from the answer; null when the answer is the envelope. */
  answer_notes_json: string | null
  /** What the run saw of its metadata; only {@link TraceRepository.recorded} reads it. */
  metadata_json?: string | null
}

export interface RecordedTrace extends Trace {
  metadata_json: string | null
}

/** Traces of any of the channels whose requests arrived in a time, both ends included. */
export interface RecordedFilter {
  channelIds: readonly string[]
  status?: string
  sinceMs?: number
  untilMs?: number
}

export interface TraceFilter {
  status?: string
  channel?: string
  mode?: string
}

export interface TraceRepository {
  /** The hot path: one prepared statement, no builder. */
  insert(trace: Trace): Statement
  get(id: string): Promise<Trace | undefined>
  list(filter: TraceFilter, sort: Sort, page: Page): Promise<Listed<Trace>>
  /** With everything that a second run of its request needs. */
  recorded(id: string): Promise<RecordedTrace | undefined>
  /** Ids of the newest traces, newest first; ends early when `isOver` says so. */
  newest(filter: RecordedFilter, limit: number, isOver: () => boolean): Promise<string[]>
}

/** An idempotency key whose request is answered. Columns of the answer are null where it is not given again. */
export interface IdempotencyKey {
  channel_id: string
  /** Hash of what the client sent and of whoever it was, hex. */
  key: string
  /** Hash of the request, hex. */
  fingerprint: string | null
  status: number | null
  content_type: string | null
  headers_json: string | null
  body: string | null
  workflow_version: number | null
  /** Milliseconds since the Unix epoch; absent from then on. */
  expires_at: number
}

export interface IdempotencyKeyRepository {
  /** Answers at once, at the cost of a look into memory for a key that is not there. Throws STORAGE_ERROR. */
  find(channelId: string, key: string, nowMs: number): IdempotencyKey | undefined
  /** The hot path: one prepared statement, no builder. */
  insert(row: IdempotencyKey, nowMs: number): Statement
  hasExpired(nowMs: number): boolean
  /** The oldest of the expired rows, so many at most. */
  deleteExpired(nowMs: number, limit: number): Statement
}

export interface Store extends AsyncDisposable {
  readonly workflows: WorkflowRepository
  readonly channels: ChannelRepository
  readonly connectors: ConnectorRepository
  readonly secrets: SecretRepository
  readonly audit: AuditRepository
  readonly traces: TraceRepository
  readonly idempotencyKeys: IdempotencyKeyRepository
  /** Joins the units that wait; resolves when this one is committed, rejects when it was undone. Never undoes a neighbour. */
  commit(unit: Unit): Promise<void>
  /** True when the database answers. */
  healthy(): Promise<boolean>
}
