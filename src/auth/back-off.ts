/** How long the answer to a wrong key is held back. */
export interface BackOffLimits {
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** Quiet time after which a client begins anew. */
  readonly forgetMs: number
  /** Clients remembered; the one that failed longest ago goes first. */
  readonly maxClients: number
  /** Answers held back at once; one more goes out without delay. */
  readonly maxHeld: number
}

const BACK_OFF_LIMITS: BackOffLimits = {
  firstDelayMs: 50,
  maxDelayMs: 1_000,
  forgetMs: 60_000,
  maxClients: 1_000,
  maxHeld: 100,
}

/** Waits; ends early, without a rejection, when `signal` aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

interface Failures {
  count: number
  lastMs: number
}

/** Slows down those who guess: each failure of a client in a row doubles how long its answer is held back. */
export class BackOff {
  readonly #clients = new Map<string, Failures>()
  readonly #limits: BackOffLimits
  readonly #monotonic: () => number
  readonly #sleep: Sleep
  #held = 0

  constructor(monotonic: () => number, sleep: Sleep, limits: BackOffLimits = BACK_OFF_LIMITS) {
    this.#monotonic = monotonic
    this.#sleep = sleep
    this.#limits = limits
  }

  /** Resolves when the answer to this failure of `client` may go out. */
  async holdBack(client: string, signal: AbortSignal): Promise<void> {
    const delayMs = this.#delayOf(this.#count(client))
    if (this.#held >= this.#limits.maxHeld) return
    this.#held++
    try {
      await this.#sleep(delayMs, signal)
    } finally {
      this.#held--
    }
  }

  /** A success ends the row. */
  forgive(client: string): void {
    this.#clients.delete(client)
  }

  #count(client: string): number {
    const now = this.#monotonic()
    const before = this.#clients.get(client)
    const count = before && now - before.lastMs < this.#limits.forgetMs ? before.count + 1 : 1
    this.#clients.delete(client)
    this.#clients.set(client, { count, lastMs: now })
    if (this.#clients.size > this.#limits.maxClients) {
      for (const oldest of this.#clients.keys()) {
        this.#clients.delete(oldest)
        break
      }
    }
    return count
  }

  #delayOf(count: number): number {
    return Math.min(this.#limits.firstDelayMs * 2 ** (count - 1), this.#limits.maxDelayMs)
  }
}
