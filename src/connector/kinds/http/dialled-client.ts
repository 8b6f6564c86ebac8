import { OrionError } from '../../../errors.ts'
import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { ACCEPTED_ENCODINGS } from '../../egress/decompress.ts'
import { HttpLine } from '../../egress/http-line.ts'
import type { HttpAnswer, HttpHeaders, HttpRequest } from '../../egress/http-message.ts'
import { TimeLimit } from '../../egress/time-limit.ts'
import { ConnectorError, unavailable } from '../../failure.ts'
import type { ClientNeeds } from '../kind.ts'
import { callHeaders, connectorHeaders } from './call-headers.ts'
import type { HttpCall, HttpClient, HttpReply } from './client.ts'
import { faultFailure, lineOf, statusFailure, unreadable } from './far-failure.ts'
import { readBody } from './read-body.ts'
import { secretsOf, signInOf } from './sign-in.ts'
import { type BaseUrl, baseUrl, targetPath } from './target-url.ts'
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
  readonly #tokens: TokenCache | undefined
  /** What every call sends unless it says otherwise. */
  readonly #usual: HttpHeaders
  readonly #maxBytes: number
  readonly #secrets: readonly string[]

  /** Throws UPSTREAM_UNAVAILABLE when the URL is none. */
  constructor(config: JsonObject, needs: ClientNeeds) {
    const { name, clock, dialler, userAgent } = needs
    const url = urlOf(own(config, 'url'), name)
    this.#needs = needs
    this.#line = new HttpLine(dialler, clock)
    this.#base = baseUrl(url)
    const signIn = signInOf(config, url)
    this.#usual = {
      accept: '*/*',
      'accept-encoding': ACCEPTED_ENCODINGS,
      'user-agent': userAgent,
      ...connectorHeaders(config),
      ...(signIn.kind === 'header' && { [signIn.name]: signIn.value }),
    }
    this.#secrets = secretsOf(config, url)
    const maxBytes = own(config, 'max_response_size')
    this.#maxBytes = typeof maxBytes === 'number' ? maxBytes : MAX_ANSWER_BYTES
    if (signIn.kind === 'tokens') {
      const { tokens: settings } = signIn
      this.#tokens = new TokenCache({ name, settings, line: this.#line, userAgent, clock })
    }
  }

  async send(call: HttpCall, signal: AbortSignal): Promise<HttpReply> {
    using limit = new TimeLimit(call.timeoutMs, signal)
    const { request, answer } = await this.#signedIn(call, limit)
    const { name, clock } = this.#needs
    if (answer.status < 200 || answer.status > 299) {
      throw statusFailure({ name, secrets: this.#secrets }, request, answer, clock.now())
    }
    return {
      status: answer.status,
      headers: () => headersOf(answer),
      body: call.readAs === undefined ? null : await this.#bodyOf(request, answer, call.readAs),
    }
  }

  async probe(signal: AbortSignal): Promise<string> {
    using limit = new TimeLimit(PROBE_MS, signal)
    const { request, answer } = await this.#signedIn(PROBE, limit)
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
  async #signedIn(call: HttpCall, limit: TimeLimit): Promise<{ request: HttpRequest; answer: HttpAnswer }> {
    const tokens = call.headers.some(([name]) => name === 'authorization') ? undefined : this.#tokens
    for (let isFirst = true; ; isFirst = false) {
      const token = tokens && (await this.#tokenBefore(tokens, limit.signal, call.timeoutMs))
      const request = this.#requestOf(call, token)
      const answer = await this.#exchange(request, limit, call.timeoutMs)
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

  #requestOf(
    { method, path, query, headers, body, contentType }: HttpCall,
    token: string | undefined,
  ): HttpRequest {
    const { origin } = this.#base
    const signIn = token === undefined ? undefined : `Bearer ${token}`
    const sent = callHeaders(this.#usual, contentType, signIn, headers)
    return { method, origin, path: targetPath(this.#base, path, query), headers: sent, body }
  }

  async #exchange(request: HttpRequest, limit: TimeLimit, timeoutMs: number): Promise<HttpAnswer> {
    try {
      return await this.#line.send(request, limit, this.#maxBytes)
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
