import { Histogram } from '../../std/histogram.ts'
import type { Tally } from '../../versioning/stop-judgement.ts'

/** What became of the runs of one version. */
export class RunNumbers implements Tally {
  requests = 0
  errors = 0
  readonly #latencies = new Histogram()

  add(durationMs: number, isError: boolean): void {
    this.requests++
    if (isError) this.errors++
    this.#latencies.add(durationMs)
  }

  /** Milliseconds, to one percent; undefined before the first request. */
  p50(): number | undefined {
    return this.#latencies.quantile(0.5)
  }

  p99(): number | undefined {
    return this.#latencies.quantile(0.99)
  }

  clear(): void {
    this.requests = 0
    this.errors = 0
    this.#latencies.clear()
  }
}
