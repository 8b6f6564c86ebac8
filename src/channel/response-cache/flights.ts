/** What came of waiting for somebody else's result: it, nothing for lack of one in time, or nobody who waits any more. */
export type Landing<Result> = Result | 'none' | 'gone'

/** A place in front of those who want the same result at the same time. */
export interface Lead<Result> {
  /** Tells all who wait; undefined when there is no result to share. Only the first call counts. */
  land(result: Result | undefined): void
}

/** Something under way that others may wait for. */
export interface Flight<Result> {
  /** At most so long, and no longer than `gone` lets. */
  wait(maxMs: number, gone: AbortSignal | undefined): Promise<Landing<Result>>
}

/** Lets one of those who want the same result at the same time work for it, while the others wait. */
export class Flights<Result> {
  readonly #flights = new Map<string, Waiting<Result>>()

  /** The flight that is under way; undefined when there is none. */
  find(key: string): Flight<Result> | undefined {
    return this.#flights.get(key)
  }

  /** Begins a flight where none is under way. */
  lead(key: string): Lead<Result> {
    const flight = new Waiting<Result>()
    this.#flights.set(key, flight)
    return {
      land: result => {
        // Whoever is woken without a result must not find the flight that failed.
        if (this.#flights.get(key) === flight) this.#flights.delete(key)
        flight.wake(result)
      },
    }
  }
}

class Waiting<Result> implements Flight<Result> {
  readonly #waiting = new Set<(landing: Landing<Result>) => void>()

  wake(result: Result | undefined): void {
    for (const tell of this.#waiting) tell(result ?? 'none')
    this.#waiting.clear()
  }

  wait(maxMs: number, gone: AbortSignal | undefined): Promise<Landing<Result>> {
    const { promise, resolve } = Promise.withResolvers<Landing<Result>>()
    const leave = () => resolve('gone')
    const timer = setTimeout(resolve, maxMs, 'none')
    this.#waiting.add(resolve)
    if (gone?.aborted) leave()
    gone?.addEventListener('abort', leave, { once: true })
    return promise.finally(() => {
      this.#waiting.delete(resolve)
      clearTimeout(timer)
      gone?.removeEventListener('abort', leave)
    })
  }
}
