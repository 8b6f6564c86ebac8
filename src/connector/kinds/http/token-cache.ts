import type { Clock } from '../../../std/clock.ts'
import { isObject, own } from '../../../std/json.ts'
import { parseJson } from '../../../std/parse-json.ts'
import { HttpFault } from '../../egress/http-fault.ts'
import type { HttpLine } from '../../egress/http-line.ts'
import { type HttpAnswer, originOf } from '../../egress/http-message.ts'
import { TimeLimit } from '../../egress/time-limit.ts'
import { type ConnectorError, unavailable } from '../../failure.ts'
import { basicCredentials, type TokenSettings } from './sign-in.ts'

interface TokenNeeds {
  /** Of the connector. */
  readonly name: string
  readonly settings: TokenSettings
  readonly line: HttpLine
  readonly userAgent: string
  readonly clock: Clock
}

interface Held {
  readonly token: string
  /** Monotonic. */
  readonly staleAtMs: number
}

const FETCH_MS = 10_000
const MAX_BYTES = 65_536
/** When the token server does not say how long a token holds. */
const USUAL_LIFE_SECS = 300
const MARGIN_SECS = 30

/** The token of one client: fetched when there is none, once for everybody who waits, and again before it runs out. */
export class TokenCache {
  readonly #needs: TokenNeeds
  #held: Held | undefined
  #fetching: Promise<Held> | undefined

  constructor(needs: TokenNeeds) {
    this.#needs = needs
  }

  /** Rejects with UPSTREAM_UNAVAILABLE. */
  async token(): Promise<string> {
    const held = this.#held
    if (held !== undefined && this.#needs.clock.monotonic() < held.staleAtMs) return held.token
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return (await this.#fetching).token
  }

  /** The far side does not take it any more, whatever was said of its life. */
  forget(token: string): void {
    if (this.#held?.token === token) this.#held = undefined
  }

  async #fetch(): Promise<Held> {
    const answer = await this.#asked()
    const held = this.#read(answer)
    this.#held = held
    return held
  }

  async #asked(): Promise<HttpAnswer> {
    const { settings, line, userAgent } = this.#needs
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    if (settings.scope !== undefined) form.set('scope', settings.scope)
    if (settings.audience !== undefined) form.set('audience', settings.audience)
    const request = {
      method: 'POST',
      origin: originOf(settings.url),
      path: `${settings.url.pathname}${settings.url.search}`,
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basicCredentials(formed(settings.clientId), formed(settings.clientSecret)),
      },
      body: form.toString(),
    }
    using limit = new TimeLimit(FETCH_MS)
    try {
      return await line.send(request, limit, MAX_BYTES)
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error
      throw this.#failed(error.message, { isPassing: true, cause: error })
    }
  }

  #read({ status, body }: HttpAnswer): Held {
    if (status !== 200) {
      throw this.#failed(`it answered ${status}`, { isPassing: status >= 500 || status === 429 })
    }
    const answer = parsed(body)
    const token = isObject(answer) ? own(answer, 'access_token') : undefined
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
      throw this.#failed('its answer has no access_token', { isPassing: false })
    }
    const life = isObject(answer) ? Number(own(answer, 'expires_in')) : Number.NaN
    const secs = Number.isFinite(life) && life > 0 ? life : USUAL_LIFE_SECS
    const freshSecs = secs - Math.min(MARGIN_SECS, secs / 2)
    return { token, staleAtMs: this.#needs.clock.monotonic() + freshSecs * 1000 }
  }

  /** Nothing was asked of the far side itself. */
  #failed(why: string, options: { isPassing: boolean; cause?: unknown }): ConnectorError {
    const { name, settings } = this.#needs
    const note = `no token from ${settings.url.origin}${settings.url.pathname}: ${why}`
    return unavailable(name, note, { isUntouched: true, ...options })
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return parseJson(body)
  } catch {
    return undefined
  }
}

/** As RFC 6749, 2.3.1 has names and secrets. */
function formed(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
