import { OrionError } from '../../../errors.ts'
import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { ACCEPTED_ENCODINGS } from '../../egress/decompress.ts'
import type { HttpAnswer, HttpRequest } from '../../egress/http-exchange.ts'
import { HttpLine } from '../../egress/http-line.ts'
import { ConnectorError, unavailable } from '../../failure.ts'
import type { ClientNeeds } from '../kind.ts'
import { callHeaders, connectorHeaders } from './call-headers.ts'
import type { HttpCall, HttpClient, HttpReply } from './client.ts'
import { faultFailure, lineOf, statusFailure, unreadable } from './far-failure.ts'
import { readBody } from './read-body.ts'
import { type SignIn, secretsOf, signInOf } from './sign-in.ts'
import { type BaseUrl, baseUrl, targetUrl } from './target-url.ts'
import { TokenCache } from './token-cache.ts'

const MAX_ANSWER_BYTES = 10_485_760
const PROBE_MS = 10_000
/** A method that nobody minds being asked for. */
const PROBE: HttpCall = {
  method: 'HEAD',
  path: '',
  query: [],
  headers: [],
  body: undefined,
  contentType: undefined,
  timeoutMs: PROBE_MS,
  readAs: undefined,
}

/** Calls of one http connector. */
export class DialledHttpClient implements HttpClient {
  readonly #needs: ClientNeeds
  readonly #line: HttpLine
  readonly #base: BaseUrl
  readonly #headers: ReadonlyMap<string, string>
  readonly #signIn: SignIn
  readonly #tokens: TokenCache | undefined
  readonly #usual: Readonly<Record<string, string>>
  readonly #maxBytes: number
  readonly #secrets: readonly string[]

  /** Throws UPSTREAM_UNAVAILABLE when the URL is none. */
  constructor(config: JsonObject, needs: ClientNeeds) {
    const { name, clock, dialler, userAgent } = needs
    const url = urlOf(own(config, 'url'), name)
    this.#needs = needs
    this.#line = new HttpLine(dialler)
    this.#base = baseUrl(url)
    this.#headers = connectorHeaders(config)
    this.#signIn = signInOf(config, url)
    this.#usual = { accept: '*/*', 'accept-encoding': ACCEPTED_ENCODINGS, 'user-agent': userAgent }
    this.#secrets = secretsOf(config, url)
    const maxBytes = own(config, 'max_response_size')
    this.#maxBytes = typeof maxBytes === 'number' ? maxBytes : MAX_ANSWER_BYTES
    if (this.#signIn.kind === 'tokens') {
      const { tokens: settings } = this.#signIn
      this.#tokens = new TokenCache({ name, settings, line: this.#line, userAgent, clock })
    }
  }

  async send(call: HttpCall, signal: AbortSignal): Promise<HttpReply> {
    using limit = new TimeLimit(call.timeoutMs, signal)
    const { request, answer } = await this.#signedIn(call, limit.signal)
    const { name, clock } = this.#needs
    if (answer.status < 200 || answer.status > 299) {
      throw statusFailure({ name, secrets: this.#secrets }, request, answer, clock.now())
    }
    return {
      status: answer.status,
      headers: headersOf(answer),
      body: call.readAs === undefined ? null : await this.#bodyOf(request, answer, call.readAs),
    }
  }

  async probe(signal: AbortSignal): Promise<string> {
    using limit = new TimeLimit(PROBE_MS, signal)
    const { request, answer } = await this.#signedIn(PROBE, limit.signal)
    const { name, clock } = this.#needs
    if (answer.status === 401 || answer.status === 403 || answer.status === 407) {
      throw unavailable(name, `${lineOf(request)}: it does not let us in (${answer.status})`, {
        isPassing: false,
        stage: 'auth',
      })
    }
    if (answer.status >= 500 && answer.status !== 501)
      throw statusFailure({ name, secrets: this.#secrets }, request, answer, clock.now())
    return `HTTP ${answer.status}`
  }

  async close(): Promise<void> {
    this.#line.close()
  }

  /** A token that the far side has stopped taking is replaced once. */
  async #signedIn(
    call: HttpCall,
    signal: AbortSignal,
  ): Promise<{ request: HttpRequest; answer: HttpAnswer }> {
    const tokens = call.headers.some(([name]) => name === 'authorization') ? undefined : this.#tokens
    for (let isFirst = true; ; isFirst = false) {
      const token = tokens && (await this.#tokenBefore(tokens, signal, call.timeoutMs))
      const request = this.#requestOf(call, token)
      const answer = await this.#exchange(request, signal, call.timeoutMs)
      if (token === undefined || answer.status !== 401 || !isFirst) return { request, answer }
      tokens?.forget(token)
    }
  }

  async #tokenBefore(tokens: TokenCache, signal: AbortSignal, timeoutMs: number): Promise<string> {
    const { promise, reject } = Promise.withResolvers<never>()
    const { name } = this.#needs
    const leave = () =>
      reject(
        new ConnectorError(
          'TIMEOUT_ERROR',
          `The HTTP request over connector '${name}' timed out after ${timeoutMs}ms`,
          {
            note: 'no token came in time',
            isUntouched: true,
          },
        ),
      )
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([tokens.token(), promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #requestOf(call: HttpCall, token: string | undefined): HttpRequest {
    const usual =
      call.contentType === undefined ? this.#usual : { ...this.#usual, 'content-type': call.contentType }
    const url = targetUrl(this.#base, call.path, call.query)
    const headers = callHeaders(usual, this.#headers, this.#signInHeader(token), call.headers)
    return { method: call.method, url, headers, body: call.body }
  }

  #signInHeader(token: string | undefined): readonly [string, string] | undefined {
    if (token !== undefined) return ['authorization', `Bearer ${token}`]
    return this.#signIn.kind === 'header' ? [this.#signIn.name, this.#signIn.value] : undefined
  }

  async #exchange(request: HttpRequest, signal: AbortSignal, timeoutMs: number): Promise<HttpAnswer> {
    try {
      return await this.#line.send(request, { maxBytes: this.#maxBytes, signal })
    } catch (error) {
      throw faultFailure(this.#needs.name, request, error, timeoutMs)
    }
  }

  async #bodyOf(
    request: HttpRequest,
    { body, headers }: HttpAnswer,
    readAs: NonNullable<HttpCall['readAs']>,
  ): Promise<Json> {
    const contentType = headers['content-type']
    try {
      return await readBody(body, typeof contentType === 'string' ? contentType : undefined, readAs)
    } catch (error) {
      if (!(error instanceof OrionError)) throw error
      const note = `${lineOf(request)}: its body is not JSON: ${error.message}`
      throw unreadable(this.#needs.name, 'answered with a body that is not JSON', { note, cause: error })
    }
  }
}

/** The time of one try, which ends with the run at the latest. */
class TimeLimit implements Disposable {
  readonly #controller = new AbortController()
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #outer: AbortSignal
  readonly #leave = () => this.#controller.abort()

  constructor(ms: number, outer: AbortSignal) {
    this.#outer = outer
    this.#timer = setTimeout(this.#leave, ms)
    outer.addEventListener('abort', this.#leave, { once: true })
    if (outer.aborted) this.#leave()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#outer.removeEventListener('abort', this.#leave)
  }
}

function urlOf(text: Json | undefined, connector: string): URL {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw unavailable(connector, 'its url is no http or https URL', { isPassing: false, isUntouched: true })
}

function headersOf({ headers }: HttpAnswer): JsonObject {
  const read: JsonObject = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name !== '__proto__') read[name] = typeof value === 'string' ? value : [...value]
  }
  return read
}
