import { decompressed } from './decompress.ts'
import type { Dialler } from './dialler.ts'
import { DiallingAgent } from './http-agent.ts'
import { type ExchangeLimits, exchange, type HttpAnswer, type HttpRequest } from './http-exchange.ts'
import { HttpFault } from './http-fault.ts'
import { redirected } from './redirect.ts'

const MAX_REDIRECTS = 5
/** A far side that never saw the request, or may see it again. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/**
 * HTTP for one connector: every connection comes from its dialler and is kept for a while. Proxies of the environment are
 * not asked, and each redirect is a request of its own.
 */
export class HttpLine {
  readonly #dialler: Dialler
  readonly #agent = new DiallingAgent()

  constructor(dialler: Dialler) {
    this.#dialler = dialler
  }

  /** The answer at the end of all redirects, its body decompressed. Rejects with HttpFault or ConnectorError. */
  async send(request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
    const home = request.url.origin
    let asked = request
    for (let hops = 0; ; hops++) {
      const answer = await this.#exchange(asked, asked.url.origin !== home, limits)
      const next = redirected(asked, answer)
      if (next === undefined) {
        const body = await decompressed(answer.body, answer.headers['content-encoding'], limits.maxBytes)
        return body === answer.body ? answer : { ...answer, body }
      }
      if (hops === MAX_REDIRECTS)
        throw new HttpFault('redirect', `it redirects more than ${MAX_REDIRECTS} times`)
      asked = next
    }
  }

  /** Connections that are kept are closed, and what is under way ends. */
  close(): void {
    this.#agent.destroy()
  }

  /** A kept connection that turns out to be closed says nothing about the far side: another one is tried at once. */
  async #exchange(request: HttpRequest, isElsewhere: boolean, limits: ExchangeLimits): Promise<HttpAnswer> {
    const dialler = isElsewhere ? this.#dialler.strict : this.#dialler
    const way = { agent: this.#agent, dialler, isElsewhere }
    try {
      return await exchange(request, way, limits)
    } catch (error) {
      const isStale = error instanceof HttpFault && error.kind === 'stale'
      if (!isStale || !REPEATABLE.has(request.method) || limits.signal.aborted) throw error
      return exchange(request, way, limits)
    }
  }
}
