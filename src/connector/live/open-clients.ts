import type { Clock } from '../../std/clock.ts'
import type { Closable } from '../kinds/kind.ts'
import type { LiveConnector } from './live-connector.ts'

type Live = LiveConnector<Closable>

interface OpenClientsNeeds {
  readonly clock: Clock
  /** Clients that stay open at most while nobody uses them; the ones not used longest are closed. */
  readonly maxIdle: number
}

/** How long an unused client stays open. */
const IDLE_MS = 300_000
/** How long anybody waits for a client to close. */
const CLOSE_MS = 5000

/** The clients that are open or about to be closed, those of retired connectors included. */
export class OpenClients {
  readonly #needs: OpenClientsNeeds
  readonly #open = new Set<Live>()
  readonly #closing = new Set<Promise<void>>()

  constructor(needs: OpenClientsNeeds) {
    this.#needs = needs
  }

  get size(): number {
    return this.#open.size
  }

  opened(live: Live): void {
    this.#open.add(live)
    if (this.#open.size > this.#needs.maxIdle) this.#trim(this.#open.size - this.#needs.maxIdle)
  }

  closed(live: Live, client: Closable): void {
    this.#open.delete(live)
    this.close(client)
  }

  /** Closes a client that nobody else knows. */
  close(client: Closable): void {
    const settled = inTime(client).finally(() => this.#closing.delete(settled))
    this.#closing.add(settled)
  }

  /** Closes what nobody has used for long, and what is too many. */
  closeIdle(): void {
    const oldestMs = this.#needs.clock.monotonic() - IDLE_MS
    const idle = this.#idle()
    for (const live of idle) if (live.usedAtMs <= oldestMs) live.close()
    this.#trim(this.#idle().length - this.#needs.maxIdle)
  }

  /** Closes everything, whoever uses it. */
  cut(): void {
    for (const live of [...this.#open]) live.cut()
  }

  /** Until all that was closed is. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing)
  }

  #idle(): Live[] {
    return [...this.#open].filter(({ isIdle }) => isIdle)
  }

  #trim(count: number): void {
    if (count <= 0) return
    const longest = this.#idle().toSorted((one, other) => one.usedAtMs - other.usedAtMs)
    for (const live of longest.slice(0, count)) live.close()
  }
}

/** A client that cannot close well, or does not come to an end, is gone all the same. */
async function inTime(client: Closable): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, CLOSE_MS)
  try {
    await Promise.race([client.close(), late])
  } catch {
    return
  } finally {
    clearTimeout(timer)
  }
}
