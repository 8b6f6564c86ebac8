import { type Detail, OrionError } from '../errors.ts'
import { closingQuote, exactValue, isSuspicious, markedTwin, type ValueProblem } from './exact-values.ts'
import type { Json } from './json.ts'
import { syntaxProblem } from './json-syntax.ts'
import { nextTurn } from './next-turn.ts'

/** Containers inside each other that a body may have. */
const MAX_DEPTH = 127

/** From here on a body is read in turns. */
const LARGE_BYTES = 65_536

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A JSON text as a value that says exactly what the text says; integers beyond 2^53 are bigints.
 * Throws BAD_REQUEST (not UTF-8, a byte order mark, malformed with line and column, nested deeper than 127 levels, a
 * lone surrogate) or NUMBER_OUT_OF_RANGE (`1e999`, `1e-999`).
 */
export function parseJson(input: Uint8Array | string): Json {
  const text = readable(input)
  const value = parse(text)
  if (value === undefined) return refuse(syntaxProblem(text).message)
  return isSuspicious(text) ? exactly(value, markedTwin(text)) : value
}

/** {@link parseJson} for a body of any size: a large one is read in several turns of the event loop. */
export async function parseJsonInTurns(bytes: Uint8Array): Promise<Json> {
  if (!isLarge(bytes)) return parseJson(bytes)
  const text = readable(bytes)
  await nextTurn()
  const value = parse(text)
  await nextTurn()
  if (value === undefined) return refuse(syntaxProblem(text).message)
  if (!isSuspicious(text)) return value
  const marked = markedTwin(text)
  await nextTurn()
  const exact = exactly(value, marked)
  await nextTurn()
  return exact
}

/** Whether reading a body takes so long that others have to go first now and then. */
export function isLarge(bytes: Uint8Array): boolean {
  return bytes.byteLength >= LARGE_BYTES
}

/** The text, with nothing in it that would exhaust the stack of a parser. */
function readable(input: Uint8Array | string): string {
  const text = typeof input === 'string' ? wellFormed(input) : decode(input)
  if (text.charCodeAt(0) === 0xfeff) refuse('it begins with a byte order mark; send UTF-8 without one')
  // A text of 2n characters can close at most n containers; one that opens more is malformed anyway.
  if (text.length > 2 * MAX_DEPTH) refuseDeepNesting(text)
  return text
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

/** Undefined when it is not JSON. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
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

function exactly(parsed: Json, marked: Json): Json {
  const { value, problems } = exactValue(parsed, marked)
  const surrogate = problems.find(({ kind }) => kind === 'surrogate')
  if (surrogate) {
    const where = surrogate.path === '' ? 'the body' : `"${surrogate.path}"`
    refuse(`${where} holds ${surrogate.literal}, half of a surrogate pair, which is no character`)
  }
  const first = problems[0]
  if (first === undefined) return value
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
    message: 'is beyond the range of numbers; send it as a string',
    expected: '0, or a magnitude from 5e-324 to 1.8e308',
    got: literal,
  }
}

function refuse(reason: string): never {
  throw new OrionError('BAD_REQUEST', `Invalid JSON body: ${reason}`)
}
