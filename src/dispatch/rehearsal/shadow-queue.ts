import { RunStop } from '../../engine/run-stop.ts'
import type { Clock } from '../../std/clock.ts'

/** Work that nobody waits for. */
interface Job {
  /** About what it keeps in memory, in characters. */
  readonly chars: number
  /** Never rejects; ends soon when it is stopped. */
  run(control: RunStop): Promise<void>
}

const MAX_WAITING = 64
/** Of all jobs that wait. */
export const MAX_CHARS = 8_000_000

/** How long is rested after a job, in multiples of what it took: traffic has nine tenths of the time. */
const REST_FACTOR = 9
const LEAST_REST_MS = 1
const LONGEST_REST_MS = 1000

/** Runs jobs one at a time, each in turns of its own behind what was answered, with rests between them. */
export class ShadowQueue implements Disposable {
  readonly #clock: Clock
  #waiting: Job[] = []
  #chars = 0
  #isWorking = false
  #isClosed = false
  #control: RunStop | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isFull(): boolean {
    return this.#isClosed || this.#waiting.length >= MAX_WAITING || this.#chars >= MAX_CHARS
  }

  /** False when there is no room. */
  offer(job: Job): boolean {
    if (this.isFull) return false
    this.#waiting.push(job)
    this.#chars += job.chars
    if (!this.#isWorking) this.#rest(LEAST_REST_MS)
    this.#isWorking = true
    return true
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#waiting = []
    this.#control?.stop()
    clearTimeout(this.#timer)
  }

  #rest(ms: number): void {
    this.#timer = setTimeout(() => this.#next(), ms)
  }

  #next(): void {
    const job = this.#waiting.shift()
    this.#isWorking = job !== undefined
    if (job === undefined || this.#isClosed) return
    this.#chars -= job.chars
    this.#control = new RunStop()
    const beganMs = this.#clock.monotonic()
    void job.run(this.#control).then(() => {
      const spentMs = this.#clock.monotonic() - beganMs
      const restMs = Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, spentMs * REST_FACTOR))
      if (!this.#isClosed) this.#rest(restMs)
    })
  }
}
