import { RunNumbers } from './run-numbers.ts'

/** A rollout that was put back by itself. */
export interface Stopped {
  /** RFC 3339. */
  readonly at: string
  /** The version that was put back. */
  readonly version: number
  readonly reason: string
}

/** Numbers of the versions of one workflow that are live together, from the moment when they are. */
export class LiveNumbers {
  readonly #byVersion = new Map<number, RunNumbers>()
  #sinceMs: number | undefined
  /** How they came to be live, when that was a rollout that stopped. */
  stopped: Stopped | undefined

  /** Milliseconds since the Unix epoch; undefined while they are not live. */
  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  /** They are live; from `nowMs` on, unless they were before. */
  begin(nowMs: number): void {
    this.#sinceMs ??= nowMs
  }

  of(version: number): RunNumbers {
    const known = this.#byVersion.get(version)
    if (known !== undefined) return known
    const numbers = new RunNumbers()
    this.#byVersion.set(version, numbers)
    return numbers
  }
}
