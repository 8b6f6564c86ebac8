import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { isObject, type Json, type JsonObject } from '../../std/json.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import type { AnswerHead } from './answer-head.ts'

const OCTETS = '[!#-+\\x2d-:<-\\[\\]-~]*'
const FIXDATE = '[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT'
const RFC_3339 = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:\\d\\d)'

/** What a workflow may say of one cookie (RFC 6265, 4.1). */
const Cookie = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 256,
      pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
      expected: 'the name of a cookie',
    }),
    value: Type.String({
      maxLength: 4096,
      pattern: `^(?:"${OCTETS}"|${OCTETS})$`,
      expected: 'a text of visible ASCII without quotes, commas, semicolons and backslashes',
    }),
    path: Type.Optional(
      Type.String({
        maxLength: 1024,
        pattern: '^/[ -:<-~]*$',
        expected: 'a path that begins with "/", in ASCII without ";"',
      }),
    ),
    domain: Type.Optional(
      Type.String({
        maxLength: 253,
        pattern: '^\\.?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*$',
        expected: 'the name of a domain',
      }),
    ),
    max_age: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    expires: Type.Optional(
      Type.String({ pattern: `^(?:${FIXDATE}|${RFC_3339})$`, expected: 'a time as RFC 3339 or HTTP has it' }),
    ),
    same_site: Type.Optional(
      Type.String({
        pattern: '^(?:[Ss]trict|[Ll]ax|[Nn]one|STRICT|LAX|NONE)$',
        expected: 'one of Strict, Lax, None',
      }),
    ),
    http_only: Type.Optional(Type.Boolean()),
    secure: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
type Cookie = Static<typeof Cookie>

/** As many as a browser keeps for one site. */
const MAX_COOKIES = 50

/** Sets the cookies that a workflow wrote. One of which something cannot be honoured is dropped whole: without it, it would be another cookie. */
export function writeCookies(written: Json | undefined, allowed: boolean, head: AnswerHead): void {
  if (written === undefined || written === null) return
  if (!allowed) {
    head.dropped.add('NOT_ALLOWED', 'cookies', 'the channel does not say response.cookies: true')
  } else if (!Array.isArray(written)) {
    head.dropped.add('TYPE_MISMATCH', 'cookies', 'must be a list of objects')
  } else {
    for (const [at, cookie] of written.slice(0, MAX_COOKIES).entries()) writeCookie(cookie, at, head)
    if (written.length > MAX_COOKIES) {
      head.dropped.add('TOO_LONG', 'cookies', `an answer sets at most ${MAX_COOKIES} cookies`)
    }
  }
}

function writeCookie(written: Json, at: number, head: AnswerHead): void {
  const place = `cookies[${at}]`
  const cookie = isObject(written) ? withoutNulls(written) : written
  if (Value.Check(Cookie, cookie)) {
    const expires = cookie.expires === undefined ? undefined : new Date(cookie.expires)
    if (expires === undefined || !Number.isNaN(expires.getTime())) {
      head.add('set-cookie', cookieText(cookie, expires), place)
    } else {
      head.dropped.add('INVALID_FORMAT', `${place}.expires`, 'there is no such day or time')
    }
    return
  }
  const [first] = schemaProblems(Cookie, cookie)
  const below = first === undefined || first.path === '' ? '' : `.${first.path}`
  head.dropped.add(first?.code ?? 'TYPE_MISMATCH', `${place}${below}`, first?.message ?? 'must be an object')
}

function cookieText(cookie: Cookie, expires: Date | undefined): string {
  const sameSite = cookie.same_site?.toLowerCase()
  // Browsers refuse a cookie for other sites that is not for encrypted connections alone.
  const secure = cookie.secure === true || sameSite === 'none'
  let text = `${cookie.name}=${cookie.value}`
  if (cookie.path !== undefined) text += `; Path=${cookie.path}`
  if (cookie.domain !== undefined) text += `; Domain=${cookie.domain}`
  if (cookie.max_age !== undefined) text += `; Max-Age=${cookie.max_age}`
  if (expires !== undefined) text += `; Expires=${expires.toUTCString()}`
  if (cookie.http_only === true) text += '; HttpOnly'
  if (secure) text += '; Secure'
  if (sameSite !== undefined) text += `; SameSite=${SAME_SITE[sameSite]}`
  return text
}

const SAME_SITE: Readonly<Record<string, string>> = { strict: 'Strict', lax: 'Lax', none: 'None' }

function withoutNulls(cookie: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(cookie).filter(([, value]) => value !== null))
}
