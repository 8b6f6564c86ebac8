import { isObject, type Json, own } from '../../std/json.ts'
import type { AnswerHead } from './answer-head.ts'
import { isReservedHeader } from './header-rules.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
/** Names that are looked at. */
const MAX_NAMES = 200

/** Sets the headers that a workflow wrote: texts, or lists of texts. `allowed` has lower-case names. */
export function writeHeaders(
  written: Json | undefined,
  allowed: ReadonlySet<string>,
  head: AnswerHead,
): void {
  if (written === undefined || written === null) return
  if (!isObject(written)) {
    head.dropped.add('TYPE_MISMATCH', 'headers', 'must be an object of texts and lists of texts')
    return
  }
  const names = Object.keys(written)
  const seen = new Set<string>()
  for (const name of names.slice(0, MAX_NAMES)) {
    const lower = name.toLowerCase()
    if (seen.has(lower)) head.dropped.add('DUPLICATE', `headers.${name}`, 'is there in another spelling')
    else writeHeader(name, own(written, name) ?? null, allowed, head)
    seen.add(lower)
  }
  if (names.length > MAX_NAMES) {
    head.dropped.add('TOO_LONG', 'headers', `has more than ${MAX_NAMES} names; the others are not looked at`)
  }
}

function writeHeader(name: string, value: Json, allowed: ReadonlySet<string>, head: AnswerHead): void {
  const place = `headers.${name}`
  const lower = name.toLowerCase()
  if (value === null) return
  if (!NAME.test(name)) {
    head.dropped.add('INVALID_FORMAT', place, 'must be the name of an HTTP header')
  } else if (isReservedHeader(lower)) {
    head.dropped.add('NOT_ALLOWED', place, 'is set by the server alone')
  } else if (!allowed.has(lower)) {
    head.dropped.add('NOT_ALLOWED', place, "is not among the channel's response.allowed_headers")
  } else if (typeof value === 'string') {
    head.add(lower, value, place)
  } else if (Array.isArray(value) && isSettable(lower, value)) {
    for (const [at, one] of value.entries()) writeItem(lower, one, `${place}[${at}]`, head)
  } else {
    head.dropped.add(
      'TYPE_MISMATCH',
      place,
      'must be a text, or a list of texts where a header may be repeated',
    )
  }
}

function writeItem(name: string, value: Json, place: string, head: AnswerHead): void {
  if (typeof value === 'string') head.add(name, value, place)
  else head.dropped.add('TYPE_MISMATCH', place, 'must be a text')
}

/** Two content types or two locations would contradict each other. */
function isSettable(name: string, values: readonly Json[]): boolean {
  return values.length <= 1 || (name !== 'content-type' && name !== 'location')
}
