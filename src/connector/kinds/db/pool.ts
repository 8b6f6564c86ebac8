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
  /** Nobody is answered before; others may have been sent to the session earlier. */
  readonly isFirst: boolean
  /** Calls back once, when it comes to be first. */
  whenFirst(call: () => void): void
  /** The session may serve others, if it is usable. */
  release(): void
  /** The session serves nobody any more; its place is free when it is gone. */
  abandon(): void
}

/** One use of a session. */
interface User {
  whenFirst?: () => void
}

/** A session and who uses it. */
interface Slot {
  readonly session: Session
  readonly madeAtMs: number
  readonly era: number
  /** In the order in which they are answered. */
  readonly users: Set<User>
  isEnding: boolean
}

interface Waiter {
  readonly mayShare: boolean
  /** Gives it a session, or, with undefined, the place of one. */
  give(turn: Turn | undefined): void
}

interface Turn {
  readonly slot: Slot
  readonly user: User
}

/** Calls that are sent to one session at once, at most. */
const MAX_SHARED = 8

/** Sessions with one database, a bounded number of them; who finds none waits in a row. */
export class Pool {
  readonly #needs: PoolNeeds
  readonly #idle: Slot[] = []
  readonly #waiting = new Set<Waiter>()
  readonly #ending = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  /** Sessions, and places of those to come. */
  #taken = 0
  /** Sessions made before are closed after their use. */
  #era = 0

  constructor(needs: PoolNeeds) {
    this.#needs = needs
  }

  /**
   * With `mayShare`, a session that others use, too, when all are in use: what is sent to it then comes one after the
   * other, in one go. Rejects with ConnectorError: no place in time, no connection.
   */
  async take(signal: AbortSignal, mayShare = false): Promise<Held> {
    const idle = this.#takeIdle()
    if (idle !== undefined) return this.#held(this.#turnOn(idle), false)
    const { waitMs, clock } = this.#needs
    const endsAt = clock.monotonic() + waitMs
    if (this.#taken >= this.#needs.maxSessions) {
      const freed = await this.#turn(waitMs, signal, mayShare)
      if (freed !== undefined) return this.#held(freed, false)
    } else this.#taken++
    return this.#open(Math.max(1, endsAt - clock.monotonic()), signal)
  }

  /** No session that was opened before serves another call. */
  renew(): void {
    this.#era++
    for (const slot of this.#idle.splice(0)) this.#retire(slot)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.renew()
    while (this.#ending.size > 0) await Promise.all(this.#ending)
  }

  /** The freshest one that is whole. */
  #takeIdle(): Slot | undefined {
    for (let slot = this.#idle.pop(); slot !== undefined; slot = this.#idle.pop()) {
      if (this.#isFit(slot)) return slot
      this.#retire(slot)
    }
    return undefined
  }

  #isFit({ session, madeAtMs, era }: Slot): boolean {
    const { clock, lifeMs } = this.#needs
    if (!session.isUsable || era !== this.#era || this.#closing.signal.aborted) return false
    return clock.monotonic() - madeAtMs < lifeMs
  }

  /** Its place is taken already, and free again when there is no session. */
  async #open(leftMs: number, signal: AbortSignal): Promise<Held> {
    const time = AbortSignal.timeout(leftMs)
    const limit = AbortSignal.any([signal, time, this.#closing.signal])
    const era = this.#era
    try {
      const session = await this.#needs.connect(limit)
      const madeAtMs = this.#needs.clock.monotonic()
      const slot = { session, madeAtMs, era, users: new Set<User>(), isEnding: false }
      return this.#held(this.#turnOn(slot), true)
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

  #turnOn(slot: Slot): Turn {
    const user = {}
    slot.users.add(user)
    return { slot, user }
  }

  #held({ slot, user }: Turn, isFresh: boolean): Held {
    const { session, users } = slot
    return {
      session,
      isFresh,
      get isFirst() {
        const [first] = users
        return first === user
      },
      whenFirst(call) {
        user.whenFirst = call
      },
      release: () => {
        if (leave(slot, user) && users.size === 0) this.#giveBack(slot)
      },
      abandon: () => {
        if (leave(slot, user)) this.#abandon(slot)
      },
    }
  }

  /** To whoever waits longest, and with it to those behind it who may share it. */
  #giveBack(slot: Slot): void {
    if (slot.isEnding) return
    const { session } = slot
    if (!this.#isFit(slot)) {
      if (session.isUsable) this.#retire(slot)
      else this.#abandon(slot)
      return
    }
    if (this.#waiting.size === 0) this.#idle.push(slot)
    const share = Math.min(MAX_SHARED, Math.ceil(this.#waiting.size / this.#needs.maxSessions))
    for (const waiter of this.#waiting) {
      const { size } = slot.users
      if (size >= share || (size > 0 && !waiter.mayShare)) break
      waiter.give(this.#turnOn(slot))
      if (!waiter.mayShare) break
    }
  }

  /** Nothing runs in it: it says goodbye while its place is somebody else's. */
  #retire(slot: Slot): void {
    if (slot.isEnding) return
    slot.isEnding = true
    this.#follow(slot.session.close())
    this.#leavePlace()
  }

  /** Its place is free when nothing of it runs on the server any more. */
  #abandon(slot: Slot): void {
    if (slot.isEnding) return
    slot.isEnding = true
    this.#follow(slot.session.abandon().finally(() => this.#leavePlace()))
  }

  #follow(ending: Promise<void>): void {
    const settled = ending.catch(() => undefined).finally(() => this.#ending.delete(settled))
    this.#ending.add(settled)
  }

  #leavePlace(): void {
    this.#taken--
    const [next] = this.#waiting
    if (next === undefined) return
    this.#taken++
    next.give(undefined)
  }

  /** A session, or undefined for a place of one. */
  #turn(waitMs: number, signal: AbortSignal, mayShare: boolean): Promise<Turn | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Turn | undefined>()
    const settle = () => {
      this.#waiting.delete(waiter)
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
    }
    const leave = () => {
      settle()
      const why = 'every connection is in use (max_connections)'
      reject(unavailable(this.#needs.name, why, { isUntouched: true, isUnwell: false }))
    }
    const waiter: Waiter = {
      mayShare,
      give(turn) {
        settle()
        resolve(turn)
      },
    }
    const timer = setTimeout(leave, waitMs)
    this.#waiting.add(waiter)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    return promise
  }
}

/** False when it has left before. */
function leave({ users }: Slot, user: User): boolean {
  const [first] = users
  if (!users.delete(user)) return false
  const [next] = users
  if (first === user) next?.whenFirst?.()
  return true
}
