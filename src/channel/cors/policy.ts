import type { ChannelConfig } from '../definition.ts'
import type { Cors } from './definition.ts'

/** What is said about web pages when a channel does not say it. */
export type CorsRules = Readonly<Required<Omit<Cors, 'allowed_methods'>>> & Pick<Cors, 'allowed_methods'>

/** What a browser asks before it sends a request of a page of another origin (Fetch, 4.8). */
export interface Preflight {
  readonly origin: string
  readonly method: string
  /** Header names as they came, separated by commas; null when there are none. */
  readonly headers: string | null
}

/** What a channel says for itself; the rest is as the server has it. Undefined when it says nothing. */
export function channelCors(
  { cors, origin_allow_list }: Pick<ChannelConfig, 'cors' | 'origin_allow_list'>,
  server: CorsRules,
): CorsPolicy | undefined {
  if (cors === undefined && origin_allow_list === undefined) return undefined
  const allowed_origins = cors?.allowed_origins ?? origin_allow_list ?? server.allowed_origins
  return new CorsPolicy({ ...server, ...cors, allowed_origins })
}

const ANY = '*'
/** Names and commas: what is echoed is nothing else. */
const NAMES = /^[!#$%&'*+.^_`|~0-9A-Za-z, -]{1,4096}$/

/** Which web pages may ask and read; works on the headers of answers alone. */
export class CorsPolicy {
  /** In lower case; undefined is every origin. */
  readonly #origins: ReadonlySet<string> | undefined
  /** Undefined is what the page asks for. */
  readonly #methods: string | undefined
  readonly #requestHeaders: string | undefined
  readonly #exposed: string
  readonly #credentials: boolean
  readonly #maxAge: string

  constructor(rules: CorsRules) {
    const any = rules.allowed_origins.includes(ANY)
    this.#origins = any ? undefined : new Set(rules.allowed_origins.map(origin => origin.toLowerCase()))
    this.#methods = rules.allowed_methods?.map(method => method.toUpperCase()).join(', ')
    this.#requestHeaders = rules.allowed_headers.includes(ANY) ? undefined : rules.allowed_headers.join(', ')
    this.#exposed = rules.exposed_headers.includes(ANY) ? ANY : rules.exposed_headers.join(', ')
    // With credentials browsers take no "*".
    this.#credentials = rules.allow_credentials && !any
    this.#maxAge = `${rules.max_age_secs}`
  }

  allows(origin: string): boolean {
    return this.#origins === undefined || this.#origins.has(origin.toLowerCase())
  }

  /** Writes into an answer which pages may read it; `origin` is of the request, null when no page asks. */
  mark(headers: Headers, origin: string | null): void {
    const anybody = this.#origins === undefined
    // Whoever keeps the answer must not give it to another origin.
    if (!anybody) headers.append('vary', 'Origin')
    if (origin === null || !this.allows(origin)) return
    headers.set('access-control-allow-origin', anybody ? ANY : origin)
    if (this.#credentials) headers.set('access-control-allow-credentials', 'true')
    const exposed = this.#credentials && this.#exposed === ANY ? namesOf(headers) : this.#exposed
    if (exposed !== '') headers.set('access-control-expose-headers', exposed)
  }

  /** What is granted beside what `mark` writes; `methods` are those that the path answers. */
  granted(asked: Preflight, methods: readonly string[]): Record<string, string> {
    const granted: Record<string, string> = {
      'access-control-allow-methods': this.#methods ?? methods.join(', '),
      'access-control-max-age': this.#maxAge,
      vary: 'Access-Control-Request-Method, Access-Control-Request-Headers',
    }
    // Names are echoed because "*" covers neither Authorization nor, with credentials, anything.
    const headers = this.#requestHeaders ?? asked.headers ?? ''
    if (NAMES.test(headers)) granted['access-control-allow-headers'] = headers
    return granted
  }
}

function namesOf(headers: Headers): string {
  return [...headers.keys()].filter(name => !UNREADABLE.test(name)).join(', ')
}

/** Of no use to a page, or never shown to one. */
const UNREADABLE = /^(?:set-cookie|vary|access-control-.*)$/
