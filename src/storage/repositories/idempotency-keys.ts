import { nextTurn } from '../../std/next-turn.ts'
import { KeyIndex } from '../key-index.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import type { IdempotencyKey, IdempotencyKeyRepository, SqlValue, Statement } from '../store.ts'
import { Cells } from './cells.ts'
import { type Decoder, decodeOne } from './decoding.ts'

/** Keys that the index in memory has room for: 16 to 43 MB. Those beyond cost as much as an index on the disk does. */
const INDEXED_KEYS = 1 << 20
/** Rows that are read in one turn of the event loop when the index is filled. */
const LOADED_AT_A_TIME = 10_000

const INSERT = `insert into idempotency_keys
  (tenant, seq, channel_id, key, lookup, fingerprint, status, content_type, headers_json, body, workflow_version, expires_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
/** Of a key whose answer is not given again. */
const INSERT_BARE = `insert into idempotency_keys (tenant, seq, channel_id, key, lookup, expires_at) values (?, ?, ?, ?, ?, ?)`
const SELECT = `select channel_id, key, fingerprint, status, content_type, headers_json, body, workflow_version, expires_at
  from idempotency_keys`
const OF_KEY = 'channel_id = ? and key = ? and expires_at > ?'
const AT_POSITION = `${SELECT} where tenant = ? and seq = ? and ${OF_KEY}`
const LOOKED_UP = `${SELECT} where lookup = ? and tenant = ? and ${OF_KEY}`
const ANY_LOOKUP = 'select 1 from idempotency_keys where lookup is not null limit 1'
const LAST_POSITION = 'select max(seq) as seq from idempotency_keys where tenant = ?'
const UNINDEXED = `select seq, key, expires_at from idempotency_keys
  where tenant = ? and seq > ? and lookup is null and expires_at > ? order by seq limit ${LOADED_AT_A_TIME}`
const ANY_EXPIRED = 'select 1 from idempotency_keys where tenant = ? and expires_at <= ? limit 1'
const EXPIRED =
  'select seq from idempotency_keys where tenant = ? and expires_at <= ? order by expires_at limit ?'
const DELETE_EXPIRED = `delete from idempotency_keys where tenant = ? and seq in (${EXPIRED})`

const decoder: Decoder<IdempotencyKey> = { noun: 'idempotency key', idColumn: 'key', decode }

/** Reads where the rows are that no index on the disk knows. */
export async function openIdempotencyKeys(
  reader: Reader,
  { tenant }: Scope,
  nowMs: number,
  indexedKeys = INDEXED_KEYS,
): Promise<IdempotencyKeyRepository> {
  const index = new KeyIndex(indexedKeys)
  let after = -1
  for (;;) {
    const rows = reader.allNow({ sql: UNINDEXED, params: [tenant, after, nowMs] }).map(row => new Cells(row))
    for (const row of rows) {
      after = row.number('seq')
      index.add(row.text('key'), after, row.number('expires_at'), nowMs)
    }
    if (rows.length < LOADED_AT_A_TIME) break
    await nextTurn()
  }
  return new IdempotencyKeys(reader, tenant, index)
}

/** Rows are appended and never changed. The migration says why their keys are in no index of the database. */
class IdempotencyKeys implements IdempotencyKeyRepository {
  readonly #reader: Reader
  readonly #tenant: string
  readonly #index: KeyIndex
  #lastPosition: number
  /** Until then there may be rows that only the index on the disk knows. */
  #lookupsUntilMs: number

  constructor(reader: Reader, tenant: string, index: KeyIndex) {
    this.#reader = reader
    this.#tenant = tenant
    this.#index = index
    const [last] = reader.allNow({ sql: LAST_POSITION, params: [tenant] })
    this.#lastPosition = (last && new Cells(last).numberOrNull('seq')) ?? 0
    this.#lookupsUntilMs = this.#holds(ANY_LOOKUP, []) ? Number.POSITIVE_INFINITY : 0
  }

  find(channelId: string, key: string, nowMs: number): IdempotencyKey | undefined {
    const ofKey = [channelId, key, nowMs]
    const found = this.#index.find(key, seq => this.#read(AT_POSITION, [this.#tenant, seq, ...ofKey]))
    if (found !== undefined || nowMs >= this.#lookupsUntilMs) return found
    return this.#read(LOOKED_UP, [lookupOf(key), this.#tenant, ...ofKey])
  }

  insert(row: IdempotencyKey, nowMs: number): Statement {
    const seq = ++this.#lastPosition
    const { key, expires_at } = row
    const isIndexed = this.#index.hasRoom(key, nowMs)
    // A position whose row is never committed is looked at in vain, no more.
    if (isIndexed) this.#index.add(key, seq, expires_at, nowMs)
    else this.#lookupsUntilMs = Math.max(this.#lookupsUntilMs, expires_at)
    const lookup = isIndexed ? null : lookupOf(key)
    if (row.fingerprint === null) {
      return { sql: INSERT_BARE, params: [this.#tenant, seq, row.channel_id, key, lookup, expires_at] }
    }
    return {
      sql: INSERT,
      params: [
        this.#tenant,
        seq,
        row.channel_id,
        key,
        lookup,
        row.fingerprint,
        row.status,
        row.content_type,
        row.headers_json,
        row.body,
        row.workflow_version,
        expires_at,
      ],
    }
  }

  hasExpired(nowMs: number): boolean {
    return this.#holds(ANY_EXPIRED, [this.#tenant, nowMs])
  }

  deleteExpired(nowMs: number, limit: number): Statement {
    return { sql: DELETE_EXPIRED, params: [this.#tenant, this.#tenant, nowMs, limit] }
  }

  #read(sql: string, params: readonly SqlValue[]): IdempotencyKey | undefined {
    return decodeOne(decoder, this.#reader.allNow({ sql, params })[0])
  }

  #holds(sql: string, params: readonly SqlValue[]): boolean {
    return this.#reader.allNow({ sql, params }).length > 0
  }
}

/** The first 52 bits of a key, which every database can hold as an integer. */
function lookupOf(key: string): number {
  return Number.parseInt(key.slice(0, 13), 16)
}

function decode(cells: Cells): IdempotencyKey {
  return {
    channel_id: cells.text('channel_id'),
    key: cells.text('key'),
    fingerprint: cells.textOrNull('fingerprint'),
    status: cells.numberOrNull('status'),
    content_type: cells.textOrNull('content_type'),
    headers_json: cells.textOrNull('headers_json'),
    body: cells.textOrNull('body'),
    workflow_version: cells.numberOrNull('workflow_version'),
    expires_at: cells.number('expires_at'),
  }
}
