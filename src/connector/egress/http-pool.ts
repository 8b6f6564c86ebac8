import type { Clock } from '../../std/clock.ts'
import type { Dialler } from './dialler.ts'
import { HttpConnection } from './http-connection.ts'
import { aborted } from './http-fault.ts'
import type { HttpAnswer, HttpRequest, Origin } from './http-message.ts'
import type { TimeLimit } from './time-limit.ts'

/** Shorter than servers usually keep theirs: one that is closed while a request is on its way costs that request. */
const IDLE_MS = 4000
const MAX_IDLE = 256

/** Connections of one dialler, kept for their next requests; the one used last goes first. */
export class HttpPool {
  readonly #dialler: Dialler
  readonly #clock: Clock
  readonly #idle = new Map<string, HttpConnection[]>()
  readonly #open = new Set<HttpConnection>()
  #isClosed = false

  constructor(dialler: Dialler, clock: Clock) {
    this.#dialler = dialler
    this.#clock = clock
  }

  /** Rejects with HttpFault, or with the ConnectorError of the dialler. */
  async exchange(request: HttpRequest, limit: TimeLimit, maxBytes: number): Promise<HttpAnswer> {
    if (limit.isOver) throw aborted()
    const { origin } = request
    const connection = this.#take(origin) ?? (await this.#connect(origin, limit))
    limit.onEnd = () => connection.abort()
    try {
      if (limit.isOver) throw aborted()
      return await connection.exchange(request, maxBytes)
    } finally {
      limit.onEnd = undefined
      this.#keep(origin, connection)
    }
  }

  close(): void {
    this.#isClosed = true
    for (const connection of this.#open) connection.close()
    this.#open.clear()
    this.#idle.clear()
  }

  #take({ text }: Origin): HttpConnection | undefined {
    const idle = this.#idle.get(text)
    const oldestMs = this.#clock.monotonic() - IDLE_MS
    for (let last = idle?.pop(); last !== undefined; last = idle?.pop()) {
      if (last.isUsable && last.idleSinceMs > oldestMs) return last
      last.close()
    }
    return undefined
  }

  async #connect({ text, hostname, port, isTls }: Origin, limit: TimeLimit): Promise<HttpConnection> {
    const target = { host: hostname, port, ...(isTls && { tls: {} }) }
    const socket = await this.#dialler.connect(target, limit.signal)
    const connection = new HttpConnection(socket, () => this.#forget(text, connection))
    this.#open.add(connection)
    return connection
  }

  #keep({ text }: Origin, connection: HttpConnection): void {
    const idle = this.#idle.get(text) ?? []
    if (this.#isClosed || !connection.isUsable || idle.length >= MAX_IDLE) {
      connection.close()
      return
    }
    const nowMs = this.#clock.monotonic()
    connection.idleSinceMs = nowMs
    idle.push(connection)
    this.#idle.set(text, idle)
    const [oldest] = idle
    if (oldest !== undefined && oldest.idleSinceMs < nowMs - IDLE_MS) oldest.close()
  }

  /** It is closed, by whomever. */
  #forget(text: string, connection: HttpConnection): void {
    this.#open.delete(connection)
    const idle = this.#idle.get(text)
    const at = idle?.indexOf(connection) ?? -1
    if (at >= 0) idle?.splice(at, 1)
    if (idle?.length === 0) this.#idle.delete(text)
  }
}
