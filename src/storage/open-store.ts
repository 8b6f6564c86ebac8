import { OrionError } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import type { Log } from '../telemetry/log.ts'
import { openReader, tuneWriter } from './connection.ts'
import { parseLocation } from './location.ts'
import { openMigrated } from './migrate.ts'
import { Reader } from './reader.ts'
import { AuditLog } from './repositories/audit.ts'
import { channelRepository } from './repositories/channels.ts'
import { Connectors } from './repositories/connectors.ts'
import { openIdempotencyKeys } from './repositories/idempotency-keys.ts'
import { Secrets } from './repositories/secrets.ts'
import { Traces } from './repositories/traces.ts'
import { workflowRepository } from './repositories/workflows.ts'
import { LEDGER } from './schema-state.ts'
import { DEFAULT_SCOPE, type Scope } from './scope.ts'
import type { Store } from './store.ts'
import { Writer } from './writer.ts'

export interface StoreOptions {
  /** `sqlite:PATH`, `sqlite::memory:` or `file:PATH`. */
  url: string
  /** How long a write waits for another process's lock. */
  busyTimeoutMs: number
  walLimitMb: number
  clock: Clock
  log: Pick<Log, 'write'>
  scope?: Scope
}

/** Applies what migrations are pending, then opens one connection that writes and one that reads. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, busyTimeoutMs, clock, log, scope = DEFAULT_SCOPE } = options
  const location = parseLocation(url)
  const { database, applied } = openMigrated(location, { busyTimeoutMs, clock })
  for (const { version, description } of applied) {
    log.write('info', 'storage', 'migration applied', { version, description })
  }
  const walLimitBytes = options.walLimitMb * 1024 * 1024
  tuneWriter(database, walLimitBytes)
  const reads = location.kind === 'memory' ? database : openReader(location.path, busyTimeoutMs)
  const writer = new Writer(database, { busyTimeoutMs, walLimitBytes, clock, log })
  const reader = new Reader(reads)
  const idempotencyKeys = await openIdempotencyKeys(reader, scope, clock.now())
  let closed: Promise<void> | undefined
  const close = async () => {
    await writer.drain()
    reader.release()
    // The writer closes last: it alone may empty the WAL and remove its file.
    if (reads !== database) reads.close()
    writer.close()
  }
  return {
    workflows: workflowRepository(reader, scope),
    channels: channelRepository(reader, scope),
    connectors: new Connectors(reader, scope),
    secrets: new Secrets(reader, scope),
    audit: new AuditLog(reader, scope),
    traces: new Traces(reader, scope),
    idempotencyKeys,
    commit: unit => writer.commit(unit),
    healthy: () => answers(reader),
    [Symbol.asyncDispose]() {
      closed ??= close()
      return closed
    },
  }
}

async function answers(reader: Reader): Promise<boolean> {
  try {
    await reader.all({ sql: `select version from ${LEDGER} limit 1`, params: [] })
    return true
  } catch (error) {
    if (error instanceof OrionError) return false
    throw error
  }
}
