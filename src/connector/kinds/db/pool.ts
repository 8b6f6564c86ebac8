import type { Clock } from '../../../std/clock.ts'
import { type ConnectorError, unavailable } from '../../failure.ts'
import type { Connect, Session } from './session.ts'

interface PoolNeeds {
  /** Of the connector. */
  readonly name: string
  readonly clock: Clock
  readonly connect: Connect
  readonly maxSessions: number
  /** For a session, free or made. */
  readonly waitMs: number
  /** What a session may serve, so that what it keeps prepared does not add up. */
  readonly lifeMs: number
}

/** A session in use. Exactly one of its two ends is called. */
export interface Held {
  readonly session: Session
  /** It was opened for this use. */
  readonly isFresh: boolean
  /** The session may serve others, if it is usable. */
  release(): void
  /** The session serves nobody any more; its place is free when it is gone. */
  abandon(): void
}

interface Idle {
  readonly session: Session
  readonly madeAtMs: number
}

/** Sessions with one database, a bounded number of them; who finds none waits in a row. */
export class Pool {
  readonly #needs: PoolNeeds
  readonly #idle: Idle[] = []
  /** Each is given the chance to take a session or a place. */
  readonly #waiting = new Set<() => void>()
  readonly #ending = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  /** Sessions, and places of those to come. */
  #taken = 0
  /** Sessions made before are closed after their use. */
  #era = 0

  constructor(needs: PoolNeeds) {
    this.#needs = needs
  }

  /** Rejects with ConnectorError: no place in time, no connection. */
  async take(signal: AbortSignal): Promise<Held> {
    const idle = this.#takeIdle()
    if (idle !== undefined) return this.#held(idle, false)
    const { waitMs, clock } = this.#needs
    const endsAt = clock.monotonic() + waitMs
    if (this.#taken >= this.#needs.maxSessions) {
      const freed = await this.#turn(waitMs, signal)
      if (freed !== undefined) return this.#held(freed, false)
    } else this.#taken++
    return this.#open(Math.max(1, endsAt - clock.monotonic()), signal)
  }

  /** No session that was opened before serves another call. */
  renew(): void {
    this.#era++
    for (const { session } of this.#idle.splice(0)) {
      this.#taken--
      this.#follow(session.close())
    }
    this.#wakeNext()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.renew()
    while (this.#ending.size > 0) await Promise.all(this.#ending)
  }

  /** The freshest one that is whole. */
  #takeIdle(): Idle | undefined {
    const bornAfter = this.#needs.clock.monotonic() - this.#needs.lifeMs
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.session.isUsable && idle.madeAtMs > bornAfter) return idle
      this.#taken--
      this.#follow(idle.session.close())
    }
    return undefined
  }

  /** Its place is taken already, and free again when there is no session. */
  async #open(leftMs: number, signal: AbortSignal): Promise<Held> {
    const time = AbortSignal.timeout(leftMs)
    const limit = AbortSignal.any([signal, time, this.#closing.signal])
    try {
      const session = await this.#needs.connect(limit)
      return this.#held({ session, madeAtMs: this.#needs.clock.monotonic() }, true)
    } catch (error) {
      this.#leavePlace()
      throw signal.aborted ? this.#overdue(error) : error
    }
  }

  /** Whoever waited is gone; that says nothing of the server. */
  #overdue(cause: unknown): ConnectorError {
    const note = 'the run was over before there was a connection'
    return unavailable(this.#needs.name, note, { isUntouched: true, isUnwell: false, cause })
  }

  #held(idle: Idle, isFresh: boolean): Held {
    const { session } = idle
    const era = this.#era
    let isHeld = true
    const once = (end: () => void) => () => {
      if (isHeld) end()
      isHeld = false
    }
    return {
      session,
      isFresh,
      release: once(() => {
        const isKept = session.isUsable && era === this.#era && !this.#closing.signal.aborted
        if (isKept) this.#giveBack(idle)
        else this.#end(session.isUsable ? session.close() : session.abandon())
      }),
      abandon: once(() => this.#end(session.abandon())),
    }
  }

  #giveBack(idle: Idle): void {
    this.#idle.push(idle)
    this.#wakeNext()
  }

  #end(ending: Promise<void>): void {
    this.#follow(ending.finally(() => this.#leavePlace()))
  }

  #leavePlace(): void {
    this.#taken--
    this.#wakeNext()
  }

  #wakeNext(): void {
    const [next] = this.#waiting
    next?.()
  }

  /** A session, or undefined for a place of one. */
  #turn(waitMs: number, signal: AbortSignal): Promise<Idle | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Idle | undefined>()
    const settle = () => {
      this.#waiting.delete(wake)
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
    }
    const leave = () => {
      settle()
      reject(
        unavailable(this.#needs.name, 'every connection is in use (max_connections)', {
          isUntouched: true,
          isUnwell: false,
        }),
      )
      this.#wakeNext()
    }
    const wake = () => {
      const idle = this.#takeIdle()
      if (idle === undefined) {
        if (this.#taken >= this.#needs.maxSessions) return
        this.#taken++
      }
      settle()
      resolve(idle)
      this.#wakeNext()
    }
    const timer = setTimeout(leave, waitMs)
    this.#waiting.add(wake)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    return promise
  }

  #follow(ending: Promise<void>): void {
    const settled = ending.catch(() => undefined).finally(() => this.#ending.delete(settled))
    this.#ending.add(settled)
  }
}
