import type { Database, Statement as Prepared } from 'bun:sqlite'
import type { Log } from '../telemetry/log.ts'

/** What is moved from the WAL to the database at a time: small enough to pause the event loop for 1-2 ms. */
const ROWS_BETWEEN_CHECKPOINTS = 500
const TEXT_BETWEEN_CHECKPOINTS = 1 << 20

interface CheckpointResult {
  busy: number
  /** Frames in the WAL. */
  log: number
}

/**
 * Keeps the WAL small: a PASSIVE checkpoint between groups, RESTART above the limit. Both move pages on the writer's
 * connection; neither waits for readers.
 */
export class Wal {
  readonly #passive: Prepared<CheckpointResult, []>
  readonly #restart: Prepared<CheckpointResult, []>
  readonly #frameLimit: number
  readonly #log: Pick<Log, 'write'>
  #rows = 0
  #text = 0
  #beyond = false

  constructor(database: Database, limitBytes: number, log: Pick<Log, 'write'>) {
    this.#passive = database.prepare('pragma wal_checkpoint(passive)')
    this.#restart = database.prepare('pragma wal_checkpoint(restart)')
    const page = database.query<{ page_size: number }, []>('pragma page_size').get()
    this.#frameLimit = Math.max(1, Math.floor(limitBytes / ((page?.page_size ?? 4096) + 24)))
    this.#log = log
  }

  /** Called after each group with what it wrote: rows and characters of text. */
  wrote(rows: number, text: number): void {
    this.#rows += rows
    this.#text += text
    if (this.#rows < ROWS_BETWEEN_CHECKPOINTS && this.#text < TEXT_BETWEEN_CHECKPOINTS) return
    this.#rows = 0
    this.#text = 0
    this.#checkpoint()
  }

  #checkpoint(): void {
    const frames = this.#passive.get()?.log ?? 0
    const beyond = frames > this.#frameLimit && this.#restart.get()?.busy !== 0
    if (beyond && !this.#beyond) {
      this.#log.write(
        'warn',
        'storage',
        'the WAL is above storage.wal_limit_mb: another process reads the database',
        {
          frames,
          limit: this.#frameLimit,
        },
      )
    }
    this.#beyond = beyond
  }

  finalize(): void {
    this.#passive.finalize()
    this.#restart.finalize()
  }
}
