import { type Detail, OrionError } from '../errors.ts'
import type { Json } from './json.ts'
import { syntaxProblem, type ValueProblem, valueProblems } from './parse-json-scan.ts'

/** Containers inside each other that a body may have. */
const MAX_DEPTH = 127

const DIGITS = /\d{16}/
const LONG_NUMBER = /(?:^|[\s:,[-])\d{16}/
const LONG_FRACTION = /\.0{300}/
const LONG_EXPONENT = /\d[eE][+-]?\d{3}/
const SURROGATE = /\\u[dD][89a-fA-F]/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A JSON text as a value that says exactly what the text says.
 * Throws BAD_REQUEST (not UTF-8, a byte order mark, malformed with line and column, nested deeper than 127 levels, a
 * lone surrogate) or NUMBER_OUT_OF_RANGE (an integer beyond 2^53, `1e999`, `1e-999`).
 */
export function parseJson(input: Uint8Array | string): Json {
  const text = typeof input === 'string' ? wellFormed(input) : decode(input)
  if (text.charCodeAt(0) === 0xfeff) refuse('it begins with a byte order mark; send UTF-8 without one')
  // A text of 2n characters can close at most n containers; one that opens more is malformed anyway.
  if (text.length > 2 * MAX_DEPTH) refuseDeepNesting(text)
  const value = parse(text)
  if (isSuspicious(text)) refuseInexact(text)
  return value
}

/**
 * True for every text that may hold an integer beyond 2^53, a number that becomes infinite or zero, or a lone surrogate,
 * and for a few others.
 * Small questions first: one expression that asks all of this at once takes four times as long.
 */
function isSuspicious(text: string): boolean {
  return (
    (DIGITS.test(text) && (LONG_NUMBER.test(text) || LONG_FRACTION.test(text))) ||
    LONG_EXPONENT.test(text) ||
    (text.includes('\\u') && SURROGATE.test(text))
  )
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new OrionError('BAD_REQUEST', 'Invalid JSON body: it is not valid UTF-8', { cause })
  }
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) refuse('it is not valid Unicode')
  return text
}

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(syntaxProblem(text).message)
  }
}

function refuseDeepNesting(text: string): void {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x22) {
      at = closingQuote(text, at)
    } else if (char === 0x7b || char === 0x5b) {
      if (++depth > MAX_DEPTH) refuse(`it nests deeper than ${MAX_DEPTH} levels`)
    } else if (char === 0x7d || char === 0x5d) {
      depth--
    }
  }
}

/** Offset of the quote that ends the string opened at `at`, or of the end of the text. */
function closingQuote(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}

function refuseInexact(text: string): void {
  const problems = valueProblems(text)
  const surrogate = problems.find(({ kind }) => kind === 'surrogate')
  if (surrogate) {
    refuse(`"${surrogate.path}" holds ${surrogate.literal}, half of a surrogate pair, which is no character`)
  }
  const first = problems[0]
  if (first === undefined) return
  const details = problems.map(numberDetail)
  const where = first.path === '' ? 'the body' : `"${first.path}"`
  throw new OrionError(
    'NUMBER_OUT_OF_RANGE',
    `Invalid JSON body: ${where} is ${first.literal}, which ${details[0]?.message}`,
    { details },
  )
}

function numberDetail({ path, literal }: ValueProblem): Detail {
  return {
    path,
    code: 'OUT_OF_RANGE',
    message: 'cannot be kept exactly as a number; send it as a string',
    expected: 'an integer from -2^53 to 2^53, or a magnitude from 5e-324 to 1.8e308',
    got: literal,
  }
}

function refuse(reason: string): never {
  throw new OrionError('BAD_REQUEST', `Invalid JSON body: ${reason}`)
}
