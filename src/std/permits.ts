export interface PermitLimits {
  /** Permits that are out at a time. */
  readonly maxConcurrent: number
  /** Who may wait for one. */
  readonly queueDepth: number
  readonly queueTimeoutMs: number
}

/** A right to run; given back once. */
export interface Permit {
  release(): void
}

interface Waiting {
  grant(): void
}

/** Lets so many run side by side and so many wait, first come first served. */
export class Permits {
  readonly #limits: PermitLimits
  readonly #waiting = new Set<Waiting>()
  #out = 0

  constructor(limits: PermitLimits) {
    this.#limits = limits
  }

  /** A permit at once, a promise of one (undefined when the time for waiting is over or `gone` aborts), or undefined. */
  take(gone: () => AbortSignal | undefined): Permit | Promise<Permit | undefined> | undefined {
    if (this.#out < this.#limits.maxConcurrent) return this.#grant()
    if (this.#waiting.size >= this.#limits.queueDepth || this.#limits.maxConcurrent === 0) return undefined
    return this.#wait(gone())
  }

  #wait(gone: AbortSignal | undefined): Promise<Permit | undefined> {
    const { promise, resolve } = Promise.withResolvers<Permit | undefined>()
    const leave = () => {
      this.#waiting.delete(waiting)
      resolve(undefined)
    }
    const timer = setTimeout(leave, this.#limits.queueTimeoutMs)
    const waiting: Waiting = { grant: () => resolve(this.#grant()) }
    this.#waiting.add(waiting)
    if (gone?.aborted) leave()
    gone?.addEventListener('abort', leave, { once: true })
    return promise.finally(() => {
      clearTimeout(timer)
      gone?.removeEventListener('abort', leave)
    })
  }

  #grant(): Permit {
    this.#out++
    let held = true
    return {
      release: () => {
        if (!held) return
        held = false
        this.#out--
        this.#next()
      },
    }
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      this.#waiting.delete(waiting)
      waiting.grant()
      return
    }
  }
}
