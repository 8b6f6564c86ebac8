/** Keys whose first request is running, in this process; as many as there are such requests. */
export class Claims {
  readonly #running = new Map<string, string | undefined>()

  get size(): number {
    return this.#running.size
  }

  /** A claim, or the request that has it. */
  take(key: string, fingerprint: string | undefined): Claimed | Running {
    if (this.#running.has(key)) return { kind: 'running', fingerprint: this.#running.get(key) }
    this.#running.set(key, fingerprint)
    return new Claimed(this.#running, key)
  }
}

/** Another request has the key. */
export interface Running {
  readonly kind: 'running'
  /** Hash of that request; undefined where it does not matter. */
  readonly fingerprint: string | undefined
}

/** A key that is one request's own. */
export class Claimed {
  readonly kind = 'claimed'
  readonly #running: Map<string, string | undefined>
  readonly #key: string
  #isHeld = true

  constructor(running: Map<string, string | undefined>, key: string) {
    this.#running = running
    this.#key = key
  }

  /** Another request may have the key. It is given back once: what comes later is another's claim. */
  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#running.delete(this.#key)
  }
}
