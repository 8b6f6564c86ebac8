import type { Clock } from '../../std/clock.ts'
import { decompressed, isCompressed } from './decompress.ts'
import type { Dialler } from './dialler.ts'
import { HttpFault } from './http-fault.ts'
import type { HttpAnswer, HttpRequest } from './http-message.ts'
import { HttpPool } from './http-pool.ts'
import { redirected } from './redirect.ts'
import type { TimeLimit } from './time-limit.ts'

const MAX_REDIRECTS = 5
/** A far side that never saw the request, or may see it again. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])

/**
 * HTTP for one connector: every connection comes from its dialler and is kept for a while. Proxies of the environment are
 * not asked, and each redirect is a request of its own.
 */
export class HttpLine {
  readonly #own: HttpPool
  /** Where redirects lead; what is allowed to the connector itself is not allowed there. */
  readonly #elsewhere: HttpPool

  constructor(dialler: Dialler, clock: Clock) {
    this.#own = new HttpPool(dialler, clock)
    this.#elsewhere = new HttpPool(dialler.strict, clock)
  }

  /**
   * The answer at the end of all redirects, its body decompressed and at most `maxBytes`. Rejects with HttpFault or
   * ConnectorError.
   */
  async send(request: HttpRequest, limit: TimeLimit, maxBytes: number): Promise<HttpAnswer> {
    const home = request.origin.text
    let asked = request
    for (let hops = 0; ; hops++) {
      const pool = asked.origin.text === home ? this.#own : this.#elsewhere
      const answer = await answered(pool, asked, limit, maxBytes)
      const next = redirected(asked, answer)
      if (next === undefined) return isCompressed(answer) ? decompressed(answer, maxBytes) : answer
      if (hops === MAX_REDIRECTS) {
        throw new HttpFault('redirect', `it redirects more than ${MAX_REDIRECTS} times`)
      }
      asked = next
    }
  }

  /** Connections that are kept are closed, and what is under way ends. */
  close(): void {
    this.#own.close()
    this.#elsewhere.close()
  }
}

/** A kept connection that turns out to be closed says nothing about the far side: another one is tried at once. */
async function answered(
  pool: HttpPool,
  request: HttpRequest,
  limit: TimeLimit,
  maxBytes: number,
): Promise<HttpAnswer> {
  try {
    return await pool.exchange(request, limit, maxBytes)
  } catch (error) {
    const isStale = error instanceof HttpFault && error.kind === 'stale'
    if (!isStale || !REPEATABLE.has(request.method) || limit.isOver) throw error
    return pool.exchange(request, limit, maxBytes)
  }
}
