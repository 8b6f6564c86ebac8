import { existsSync, readFileSync } from 'node:fs'

/**
 * Watches how long the event loop of this process is held: the longest time between two turns that its thread worked.
 * Time during which the machine ran something else does not count.
 */
export class LoopHold {
  #longestMs = 0
  #lastMs = workedMs()
  #watching = true

  constructor() {
    setImmediate(this.#turn)
  }

  /** Ends the watch; milliseconds. */
  end(): number {
    this.#watching = false
    this.#note()
    return this.#longestMs
  }

  readonly #turn = (): void => {
    this.#note()
    if (this.#watching) setImmediate(this.#turn)
  }

  #note(): void {
    const nowMs = workedMs()
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
  }
}

const ROUNDS = 2_000_000
/** What the rounds take on a machine of today that has nothing else to do. */
const UNHURRIED_MS = 2.5

/** How many times slower than that this machine is at the moment, with all that it shares; at least 1. */
export function slowness(): number {
  const beganMs = workedMs()
  let sum = 0
  for (let round = 0; round < ROUNDS; round++) sum += round % 7
  const tookMs = workedMs() - beganMs
  return sum > 0 ? Math.max(1, tookMs / UNHURRIED_MS) : 1
}

const SCHEDULED = '/proc/thread-self/schedstat'
const counts = existsSync(SCHEDULED)

/** What this thread has worked; where the system does not count it, what has passed. */
function workedMs(): number {
  if (!counts) return performance.now()
  return Number(readFileSync(SCHEDULED, 'latin1').split(' ')[0]) / 1e6
}
