import { exactInteger } from './exact-integers.ts'
import { isObject, type Json, type JsonObject, setOwn } from './json.ts'

/** A value of a text that cannot be kept as it is written. */
export interface ValueProblem {
  readonly kind: 'number' | 'surrogate'
  /** Dotted from the root: `data.items[3].id`. */
  readonly path: string
  /** The number as it is written, or the half of a surrogate pair as an escape. */
  readonly literal: string
}

const DIGITS = /\d{16}/
const LONG_NUMBER = /(?:^|[\s:,[-])\d{16}/
const LONG_FRACTION = /\.0{300}/
const LONG_EXPONENT = /\d[eE][+-]?\d{3}/
const SURROGATE = /\\u[dD][89a-fA-F]/

/**
 * True for every text that may hold an integer beyond 2^53, a number that becomes infinite or zero, or a lone surrogate,
 * and for a few others.
 * Small questions first: one expression that asks all of this at once takes four times as long.
 */
export function isSuspicious(text: string): boolean {
  return (
    (DIGITS.test(text) && (LONG_NUMBER.test(text) || LONG_FRACTION.test(text))) ||
    LONG_EXPONENT.test(text) ||
    (text.includes('\\u') && SURROGATE.test(text))
  )
}

/** `JSON.parse`, but with integers beyond 2^53 as bigints. Throws SyntaxError. */
export function parseExactly(text: string): Json {
  const value: Json = JSON.parse(text)
  return isSuspicious(text) ? exactValue(value, markedTwin(text)).value : value
}

/** What `JSON.parse` makes of a suspicious text when its long numbers are strings. */
export function markedTwin(text: string): Json {
  return JSON.parse(withLongNumbersQuoted(text))
}

/**
 * What a suspicious text says, and what of it cannot be kept; `value` is what `JSON.parse` makes of it. Once there are
 * many problems, the rest is not looked at.
 */
export function exactValue(value: Json, marked: Json): { value: Json; problems: readonly ValueProblem[] } {
  const repair = new Repair()
  return { value: repair.value(value, marked), problems: repair.problems }
}

const CANDIDATE = /(?:^|[\s:,[])(-?\d{16}[\d.eE+-]*|-?0\.0{300}[\d.eE+-]*|-?\d[\d.]*[eE][+-]?\d{3,})/g

/** The same text with long numbers as strings, by which they are told apart without a parser of our own. */
function withLongNumbersQuoted(text: string): string {
  const pieces: string[] = []
  let copied = 0
  let quote = quoteFrom(text, 0)
  CANDIDATE.lastIndex = 0
  for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
    const literal = match[1] ?? ''
    const end = CANDIDATE.lastIndex
    const start = end - literal.length
    let outside = start
    while (quote < outside) {
      const next = closingQuote(text, quote) + 1
      if (next > start) outside = next
      quote = quoteFrom(text, next)
    }
    if (outside > start) CANDIDATE.lastIndex = outside
    else {
      pieces.push(text.slice(copied, start), '"', literal, '"')
      copied = end
    }
  }
  pieces.push(text.slice(copied))
  return pieces.join('')
}

/** Offset of the next quote; behind everything when there is none, so that nobody looks for it again. */
function quoteFrom(text: string, at: number): number {
  const quote = text.indexOf('"', at)
  return quote === -1 ? Number.POSITIVE_INFINITY : quote
}

/** Offset of the quote that ends the string opened at `at`, or of the end of the text. */
export function closingQuote(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}

const MAX_PROBLEMS = 20
/** How `JSON.stringify` writes what is no half of a pair beside its other half. */
const HALF = /\\ud[89a-f][0-9a-f]{2}/
/** A digit other than zero before the exponent. */
const SOMETHING = /^-?[\d.]*[1-9]/
const INTEGRAL = /^-?\d+(?:\.0+)?$/

/** Walks a value together with its marked twin and puts exact integers where the twin has a string instead of a number. */
class Repair {
  readonly problems: ValueProblem[] = []
  private readonly path: (string | number)[] = []

  value(value: Json, marked: Json): Json {
    if (typeof value === 'number') return typeof marked === 'string' ? this.number(value, marked) : value
    if (typeof value === 'string') this.text(value)
    else if (Array.isArray(value)) {
      if (Array.isArray(marked)) this.items(value, marked)
    } else if (isObject(value) && isObject(marked)) this.members(value, marked)
    return value
  }

  private items(array: Json[], marked: readonly Json[]): void {
    const depth = this.path.length
    for (let at = 0; at < array.length && this.problems.length < MAX_PROBLEMS; at++) {
      const value = array[at] ?? null
      if (value === null || value === true || value === false) continue
      this.path[depth] = at
      const exact = this.value(value, marked[at] ?? null)
      if (exact !== value) array[at] = exact
    }
    this.path.length = depth
  }

  private members(object: JsonObject, marked: JsonObject): void {
    const depth = this.path.length
    for (const key of Object.keys(object)) {
      if (this.problems.length >= MAX_PROBLEMS) break
      this.text(key)
      this.path[depth] = key
      const value = object[key] ?? null
      const exact = this.value(value, marked[key] ?? null)
      if (exact !== value) setOwn(object, key, exact)
      this.path.length = depth
    }
  }

  private number(value: number, literal: string): number | bigint {
    if (!Number.isFinite(value) || (value === 0 && SOMETHING.test(literal))) this.report('number', literal)
    else if (INTEGRAL.test(literal)) return exactInteger(BigInt(literal.replace(/\..*/, '')))
    return value
  }

  private text(text: string): void {
    if (text.isWellFormed()) return
    this.report('surrogate', HALF.exec(JSON.stringify(text))?.[0] ?? '')
  }

  private report(kind: ValueProblem['kind'], literal: string): void {
    if (this.problems.length < MAX_PROBLEMS) {
      this.problems.push({ kind, path: dotted(this.path), literal: shorten(literal, 40) })
    }
  }
}

const MAX_PATH_CHARS = 200

function dotted(path: readonly (string | number)[]): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else text += text === '' ? segment : `.${segment}`
    if (text.length > MAX_PATH_CHARS) break
  }
  return shorten(text, MAX_PATH_CHARS)
}

function shorten(text: string, maxChars: number): string {
  return text.length > maxChars ? `${text.slice(0, maxChars)}…` : text
}
