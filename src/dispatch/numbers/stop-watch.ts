import { stopReason } from '../../versioning/stop-judgement.ts'
import type { StopWhen } from '../../versioning/stop-when.ts'
import { RunNumbers } from './run-numbers.ts'

/** Two versions that share the traffic of a workflow, and when the newer one is put back. */
export interface Watched {
  readonly workflowId: string
  readonly newer: number
  readonly older: number
  readonly rule: StopWhen
}

/** A version is to be put back, and why. */
export interface Verdict extends Watched {
  readonly reason: string
  /** Whether both versions and the rule are still what is live. */
  readonly stands: () => boolean
  readonly newerCounts: Counts
  readonly olderCounts: Counts
}

/** What one version did in the window that was judged. */
export interface Counts {
  readonly requests: number
  readonly errors: number
  /** Undefined before the first request. */
  readonly p99Ms: number | undefined
}

/**
 * Compares two versions over one window after another, each of `after_requests` requests of the newer one, and has the
 * newer one put back at the first bad verdict. Disposed of, it judges no more.
 */
export class StopWatch implements Disposable {
  readonly #watched: Watched
  readonly #putBack: (verdict: Verdict) => Promise<boolean>
  readonly #newer = new RunNumbers()
  readonly #older = new RunNumbers()
  #watching = true
  #disposed = false

  /** `putBack` gives false when the version could not be put back: the next window is judged anew. It never rejects. */
  constructor(watched: Watched, putBack: (verdict: Verdict) => Promise<boolean>) {
    this.#watched = watched
    this.#putBack = putBack
  }

  /** True from the verdict on: the newer version gets no new request while it is put back, or that fails. */
  get hasStopped(): boolean {
    return !this.#watching
  }

  addOlder(durationMs: number, isError: boolean): void {
    if (this.#watching) this.#older.add(durationMs, isError)
  }

  addNewer(durationMs: number, isError: boolean): void {
    if (!this.#watching || this.#disposed) return
    this.#newer.add(durationMs, isError)
    const isFull = this.#newer.requests >= this.#watched.rule.after_requests
    if (!isError && !isFull) return
    const reason = stopReason(this.#watched.rule, this.#newer, this.#older)
    if (reason !== undefined) void this.#stop(reason)
    else if (isFull) this.#clear()
  }

  [Symbol.dispose](): void {
    this.#disposed = true
  }

  async #stop(reason: string): Promise<void> {
    this.#watching = false
    const [newerCounts, olderCounts] = [countsOf(this.#newer), countsOf(this.#older)]
    this.#clear()
    const stands = () => !this.#disposed
    const verdict = { ...this.#watched, reason, stands, newerCounts, olderCounts }
    this.#watching = !(await this.#putBack(verdict))
  }

  #clear(): void {
    this.#newer.clear()
    this.#older.clear()
  }
}

function countsOf(numbers: RunNumbers): Counts {
  return { requests: numbers.requests, errors: numbers.errors, p99Ms: numbers.p99() }
}
