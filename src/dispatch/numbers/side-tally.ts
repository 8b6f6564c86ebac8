import type { RunNumbers } from './run-numbers.ts'
import type { StopWatch } from './stop-watch.ts'

/** Where the runs of one live version are counted. */
export class SideTally {
  readonly numbers: RunNumbers
  readonly #watch: StopWatch | undefined
  readonly #isNewer: boolean

  constructor(numbers: RunNumbers, watch: StopWatch | undefined, isNewer: boolean) {
    this.numbers = numbers
    this.#watch = watch
    this.#isNewer = isNewer
  }

  /** True while this version is being put back: what begins now goes to the other one. */
  get isClosed(): boolean {
    return this.#isNewer && this.#watch?.hasStopped === true
  }

  add(durationMs: number, isError: boolean): void {
    this.numbers.add(durationMs, isError)
    if (this.#isNewer) this.#watch?.addNewer(durationMs, isError)
    else this.#watch?.addOlder(durationMs, isError)
  }
}
