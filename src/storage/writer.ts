import type { Database, Statement as Prepared } from 'bun:sqlite'
import { OrionError } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import type { Log } from '../telemetry/log.ts'
import { isBusy } from './connection.ts'
import { failed, unitError } from './driver-error.ts'
import { PreparedStatements } from './prepared.ts'
import type { Statement, Unit } from './store.ts'
import { Wal } from './wal.ts'

/** Units that wait at most; each belongs to a caller that waits as well. */
const QUEUE_LIMIT = 10_000
/** Pause before the next try when another process holds the write lock. */
const BUSY_RETRY_MS = 5

export interface WriterOptions {
  busyTimeoutMs: number
  walLimitBytes: number
  clock: Clock
  log: Pick<Log, 'write'>
}

interface Waiting {
  unit: Unit
  resolve: () => void
  reject: (error: Error) => void
  error: Error | undefined
}

/**
 * The one connection that writes. All units that wait when a transaction starts are committed together, each undone
 * alone when it fails. Nothing here waits inside a transaction.
 */
export class Writer {
  readonly #database: Database
  readonly #options: WriterOptions
  readonly #prepared: PreparedStatements
  readonly #wal: Wal
  readonly #begin: Prepared<unknown, []>
  readonly #commit: Prepared<unknown, []>
  readonly #flush = () => this.#writeGroup()
  #waiting: Waiting[] = []
  #scheduled = false
  #synchronous: Unit['durability'] = 'normal'
  /** When the writer began to wait for another process's lock. */
  #busySince: number | undefined
  #drained: (() => void) | undefined
  #closed = false

  constructor(database: Database, options: WriterOptions) {
    this.#database = database
    this.#options = options
    this.#prepared = new PreparedStatements(database)
    this.#wal = new Wal(database, options.walLimitBytes, options.log)
    this.#begin = database.prepare('begin immediate')
    this.#commit = database.prepare('commit')
  }

  /** Resolves when the unit is committed as durably as it asks; rejects when it was undone. */
  commit(unit: Unit): Promise<void> {
    if (this.#closed || this.#waiting.length >= QUEUE_LIMIT) return Promise.reject(this.#refusal())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ unit, resolve, reject, error: undefined })
      if (this.#scheduled) return
      this.#scheduled = true
      setImmediate(this.#flush)
    })
  }

  /** Refuses new units and resolves when those that wait are settled. */
  drain(): Promise<void> {
    this.#closed = true
    return new Promise(resolve => {
      if (this.#scheduled) this.#drained = resolve
      else resolve()
    })
  }

  /** Empties the WAL and closes the connection; `drain` comes first. */
  close(): void {
    this.#prepared.finalize()
    this.#begin.finalize()
    this.#commit.finalize()
    this.#wal.finalize()
    this.#database.run('pragma wal_checkpoint(truncate)')
    this.#database.close()
  }

  #writeGroup(): void {
    const full = this.#waiting.some(({ unit }) => unit.durability === 'full')
    try {
      this.#setSynchronous(full ? 'full' : 'normal')
      this.#begin.run()
      this.#busySince = undefined
    } catch (error) {
      if (isBusy(error) && this.#mayRetry()) setTimeout(this.#flush, BUSY_RETRY_MS)
      else this.#settle(this.#taken(), failed(error))
      return
    }
    this.#writeAll(this.#taken())
  }

  /** The group; the units that arrive from here on schedule the next one. */
  #taken(): Waiting[] {
    const group = this.#waiting
    this.#waiting = []
    this.#scheduled = false
    return group
  }

  #writeAll(group: Waiting[]): void {
    let rows = 0
    let text = 0
    for (const waiting of group) {
      const { statements } = waiting.unit
      try {
        const single = statements.length === 1 ? statements[0] : undefined
        if (single !== undefined) this.#run(single)
        else this.#runTogether(statements)
      } catch (error) {
        waiting.error = error instanceof Error ? error : failed(error)
        // A full disk or a failed write rolls the whole transaction back.
        if (!this.#database.inTransaction) {
          this.#settle(group, failed(error))
          return
        }
      }
      rows += statements.length
      text += textLength(statements)
    }
    try {
      this.#commit.run()
    } catch (error) {
      if (this.#database.inTransaction) this.#database.run('rollback')
      this.#settle(group, failed(error))
      return
    }
    this.#settle(group, undefined)
    this.#wal.wrote(rows, text)
  }

  /** A statement that fails undoes itself, so one alone needs no savepoint. */
  #run(statement: Statement): void {
    let changes: number
    try {
      changes = this.#prepared.get(statement.sql).run(...statement.params).changes
    } catch (error) {
      throw unitError(error, statement)
    }
    if (changes === 0 && statement.otherwise !== undefined) throw statement.otherwise()
  }

  #runTogether(statements: readonly Statement[]): void {
    this.#prepared.get('savepoint unit').run()
    try {
      for (const statement of statements) this.#run(statement)
    } catch (error) {
      if (this.#database.inTransaction) {
        this.#prepared.get('rollback to unit').run()
        this.#prepared.get('release unit').run()
      }
      throw error
    }
    this.#prepared.get('release unit').run()
  }

  #settle(group: Waiting[], groupError: Error | undefined): void {
    if (groupError !== undefined) {
      this.#options.log.write('error', 'storage', 'a group of writes was undone', {
        units: group.length,
        error: groupError.cause instanceof Error ? groupError.cause.message : groupError.message,
      })
    }
    for (const { resolve, reject, error } of group) {
      const outcome = groupError ?? error
      if (outcome === undefined) resolve()
      else reject(outcome)
    }
    if (!this.#scheduled) this.#drained?.()
  }

  /** Takes effect only between transactions. */
  #setSynchronous(durability: Unit['durability']): void {
    if (durability === this.#synchronous) return
    this.#database.run(durability === 'full' ? 'pragma synchronous = full' : 'pragma synchronous = normal')
    this.#synchronous = durability
  }

  #mayRetry(): boolean {
    const now = this.#options.clock.monotonic()
    this.#busySince ??= now
    const retry = now - this.#busySince < this.#options.busyTimeoutMs
    if (!retry) this.#busySince = undefined
    return retry
  }

  #refusal(): OrionError {
    return new OrionError(
      'SERVICE_UNAVAILABLE',
      this.#closed
        ? 'The server is stopping; nothing more is stored'
        : `${QUEUE_LIMIT} changes wait to be stored; try again later`,
    )
  }
}

function textLength(statements: readonly Statement[]): number {
  let length = 0
  for (const { params } of statements) {
    for (const value of params) if (typeof value === 'string') length += value.length
  }
  return length
}
