import type { AnsweredKey, FirstAnswer, KeyStore } from '../../channel/deduplication/store.ts'
import type { IdempotencyKey, Store } from '../../storage/store.ts'
import type { Header } from '../answer.ts'

/** Rows that are removed at a time: deleting them holds the writer for less than a millisecond. */
const REMOVED_AT_A_TIME = 200

/** Answered keys in the database of this server. */
export class StoredKeys implements KeyStore {
  readonly #store: Pick<Store, 'idempotencyKeys' | 'commit'>

  constructor(store: Pick<Store, 'idempotencyKeys' | 'commit'>) {
    this.#store = store
  }

  find(channelId: string, key: string, nowMs: number): AnsweredKey | undefined {
    const row = this.#store.idempotencyKeys.find(channelId, key, nowMs)
    if (row === undefined) return undefined
    return { channelId, key, first: firstAnswer(row), expiresAtMs: row.expires_at }
  }

  /** Begins its commit at once, so that it shares one with whatever else is stored in this turn of the event loop. */
  remember(key: AnsweredKey, nowMs: number): Promise<void> {
    const row = this.#store.idempotencyKeys.insert(rowOf(key), nowMs)
    return this.#store.commit({ statements: [row], durability: 'normal' })
  }

  async removeExpired(nowMs: number): Promise<boolean> {
    const { idempotencyKeys } = this.#store
    if (!idempotencyKeys.hasExpired(nowMs)) return false
    const removal = idempotencyKeys.deleteExpired(nowMs, REMOVED_AT_A_TIME)
    await this.#store.commit({ statements: [removal], durability: 'normal' })
    return true
  }
}

function rowOf({ channelId, key, first, expiresAtMs }: AnsweredKey): IdempotencyKey {
  const answer = first?.answer
  return {
    channel_id: channelId,
    key,
    fingerprint: first?.fingerprint ?? null,
    status: answer?.status ?? null,
    content_type: answer?.contentType ?? null,
    headers_json: answer?.headers === undefined ? null : JSON.stringify(answer.headers),
    body: answer?.body ?? null,
    workflow_version: answer?.workflowVersion ?? null,
    expires_at: expiresAtMs,
  }
}

function firstAnswer(row: IdempotencyKey): FirstAnswer | undefined {
  const { fingerprint, status, body } = row
  if (fingerprint === null || status === null || body === null) return undefined
  return {
    fingerprint,
    answer: {
      status,
      body,
      contentType: row.content_type ?? undefined,
      headers: row.headers_json === null ? undefined : headersOf(row.headers_json),
      workflowVersion: row.workflow_version,
    },
  }
}

/** Throws for what this server did not write. */
function headersOf(text: string): Header[] {
  const headers: unknown = JSON.parse(text)
  if (Array.isArray(headers) && headers.every(isHeader)) return headers
  throw new TypeError('headers_json of an idempotency key is not a list of headers')
}

function isHeader(value: unknown): value is Header {
  return Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'string')
}
