import type { Source } from '../dispatch/live.ts'
import type { Detail } from '../errors.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { Statement, VersionedRepository } from '../storage/store.ts'
import type { Subject } from '../versioning/lifecycle.ts'
import type { Status } from '../versioning/status.ts'
import type { StopWhen } from '../versioning/stop-when.ts'
import type { Obstacle } from './gates.ts'

/** What both kinds have in each version. */
export interface VersionedRow {
  readonly version: number
  readonly status: Status
  readonly created_at: string
  readonly updated_at: string
}

/** What a change of status asks for. */
export interface AskedStatus {
  readonly status: Status
  /** Percent of the traffic that an activation gets; all of it when left out. */
  readonly share?: number
  /** When the activated version is put back; never when left out. */
  readonly stopWhen?: StopWhen
}

/** What tells workflows and channels apart in the catalog. Readers of bodies throw VALIDATION_ERROR. */
export interface VersionedKind<Row extends VersionedRow, Filter> {
  readonly name: Subject['kind']
  readonly rows: VersionedRepository<Row, Filter>
  idOf(row: Row): string
  /**
   * Version 1, a draft; `newId` serves a body that names no id. `stored` is there when the id is: it has the secrets
   * that the body masks, and what never changes.
   */
  create(body: unknown, newId: () => string, at: string, stored?: Row): Row | Promise<Row>
  /** The content of a version as a new draft. */
  asDraft(row: Row): Row
  /** The draft with the changes that the body asks for. */
  update(draft: Row, body: unknown): Row | Promise<Row>
  readStatus(body: unknown): AskedStatus
  /** The row with this share of the traffic, where its kind has one. */
  sharing(row: Row, percentage: number): Row
  /** The row with this rule of when it is put back, where its kind has one; null takes it away. */
  watching(row: Row, stopWhen: StopWhen | null): Row
  /** Stores the rule of `row` when it is active, and takes away those of all other versions. */
  storeWatch(row: Row): Statement[]
  /** How a draft of new content changes what is live; undefined when it changes nothing. */
  joining(draft: Row): Promise<((source: Source) => Source) | undefined>
  /** What is wrong with stored content by the rules of this version. */
  problems(row: Row): Detail[] | Promise<Detail[]>
  /** What stands between `row` and its activation; `source` has no version of it. */
  obstacles(row: Row, source: Source): readonly Obstacle[]
  /**
   * The source with `row` as the active version of `id`, or with none; `beside` is the older one that keeps a share of
   * its traffic.
   */
  activeIn(source: Source, id: string, row: Row | undefined, beside?: Row): Source
  /** The row as anybody may see it: its secrets are masked. */
  shown(row: Row): Row
  /** What an audit row compares. */
  fields(row: Row): JsonObject
  /** How a field may be seen in an audit row. */
  showField(field: string, value: Json): Json
}
