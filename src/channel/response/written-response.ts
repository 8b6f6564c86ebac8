import { isBodiless } from '../../std/bodiless.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import { AnswerHead, type HeaderLine } from './answer-head.ts'
import type { ResponseConfig } from './definition.ts'
import type { Dropped } from './dropped.ts'
import { USUAL_HEADERS } from './header-rules.ts'
import { chooseBody, type WrittenBody } from './written-body.ts'
import { writeCookies } from './written-cookies.ts'
import { writeHeaders } from './written-headers.ts'

/** What the workflow of a channel may say of its answer. */
export interface ShapeRules {
  /** Lower-case names. */
  readonly headers: ReadonlySet<string>
  readonly cookies: boolean
}

export function shapeRules({ allowed_headers, cookies = false }: ResponseConfig): ShapeRules {
  const names = allowed_headers?.map(name => name.toLowerCase()) ?? USUAL_HEADERS
  return { headers: new Set(names), cookies }
}

/** An answer as its workflow wants it. */
export interface Shape {
  readonly status: number
  /** Undefined is JSON. */
  readonly contentType: string | undefined
  readonly headers: readonly HeaderLine[]
  /** Undefined where the status has none. */
  readonly body: WrittenBody | undefined
  readonly dropped: readonly Dropped[]
}

/** Keys that are looked at. */
const MAX_KEYS = 50
const KEYS = ['status', 'headers', 'cookies', 'body_path', 'raw']

/** What the workflow wrote at `data._orion.response`, and `data` without it. Undefined when it wrote nothing. */
export function takeResponse(data: Json): { written: Json; rest: Json } | undefined {
  const orion = isObject(data) ? own(data, '_orion') : undefined
  const written = isObject(orion) ? own(orion, 'response') : undefined
  if (!isObject(data) || !isObject(orion) || written === undefined) return undefined
  const others = without(orion, 'response')
  const isEmpty = Object.keys(others).length === 0
  return { written, rest: isEmpty ? without(data, '_orion') : { ...data, _orion: others } }
}

/** Makes of it what may be sent; `data` is what a body is chosen from. */
export function shapeOf(response: JsonObject, data: Json, rules: ShapeRules): Shape {
  const head = new AnswerHead()
  for (const key of Object.keys(response).slice(0, MAX_KEYS)) {
    if (KEYS.includes(key)) continue
    const { hint } = didYouMean(key, KEYS)
    head.dropped.add('UNKNOWN_KEY', key, `is not a known key of a response${hint}`)
  }
  const status = statusOf(own(response, 'status') ?? null, head)
  writeHeaders(own(response, 'headers'), rules.headers, head)
  writeCookies(own(response, 'cookies'), rules.cookies, head)
  const body = isBodiless(status) ? noBody(response, status, head) : chooseBody(response, data, head.dropped)
  const { contentType, lines, dropped } = head
  return { status, contentType, headers: lines, body, dropped: dropped.all }
}

function statusOf(status: Json, { dropped }: AnswerHead): number {
  if (status === null) return 200
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status
  dropped.add('OUT_OF_RANGE', 'status', 'must be an integer from 200 to 599; 200 is answered')
  return 200
}

function noBody(response: JsonObject, status: number, { dropped }: AnswerHead): undefined {
  for (const key of ['body_path', 'raw']) {
    if ((own(response, key) ?? false) !== false)
      dropped.add('NOT_ALLOWED', key, `an answer ${status} has no body`)
  }
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...others } = object
  return others
}
