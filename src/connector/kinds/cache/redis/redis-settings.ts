import { isObject, type Json, type JsonObject, own } from '../../../../std/json.ts'
import type { DialTarget } from '../../../egress/dialler.ts'

/** How a Redis is reached, its secrets in clear. */
export interface RedisSettings {
  readonly target: DialTarget
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly connectTimeoutMs: number
  /** For the answer to a command. */
  readonly queryTimeoutMs: number
}

const PORT = 6379
const CONNECT_TIMEOUT_MS = 2000
const QUERY_TIMEOUT_MS = 5000

/** What is wrong with the URL of a Redis; undefined when nothing is. Quotes nothing of it. */
export function redisUrlProblem(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return 'it is not a URL'
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') return 'its scheme is not redis or rediss'
  if (!/^\/?\d{0,5}$/.test(url.pathname)) return 'its path is not the number of a database'
  if (url.search !== '' || url.hash !== '') return 'it has a query or a fragment'
  if (decoded(url.username) === undefined || decoded(url.password) === undefined) {
    return 'its user or password is not percent-encoded UTF-8'
  }
  return undefined
}

/** Of a config that is checked; throws what {@link redisUrlProblem} tells for a URL that came out of a reference. */
export function redisSettings(config: JsonObject): RedisSettings {
  const text = textOr(own(config, 'url')) ?? ''
  const problem = redisUrlProblem(text)
  if (problem !== undefined) throw new TypeError(`its url cannot be used: ${problem}`)
  const url = new URL(text)
  const auth = own(config, 'auth')
  const signIn = isObject(auth) ? auth : {}
  return {
    target: {
      host: url.hostname,
      port: url.port === '' ? PORT : Number(url.port),
      tls: url.protocol === 'rediss:' ? tlsOf(own(config, 'tls')) : undefined,
    },
    username: filled(decoded(url.username)) ?? filled(textOr(own(signIn, 'username'))),
    password: filled(decoded(url.password)) ?? filled(textOr(own(signIn, 'password'))),
    database: Number(url.pathname.slice(1)),
    connectTimeoutMs: numberOr(own(config, 'connect_timeout_ms'), CONNECT_TIMEOUT_MS),
    queryTimeoutMs: numberOr(own(config, 'query_timeout_ms'), QUERY_TIMEOUT_MS),
  }
}

function tlsOf(tls: Json | undefined): NonNullable<DialTarget['tls']> {
  if (!isObject(tls)) return {}
  return { ca: textOr(own(tls, 'ca')), servername: textOr(own(tls, 'servername')) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function textOr(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
