import type { Detail } from '../errors.ts'
import { ID_PATTERN, MAX_BYTES } from './definition.ts'

interface TextRule {
  /** How the texts of the contract call it. */
  readonly label: string
  readonly maxBytes: number
  readonly mayBeBlank: boolean
}

const NAME: TextRule = { label: 'Name', maxBytes: MAX_BYTES.name, mayBeBlank: false }
const DESCRIPTION: TextRule = { label: 'Description', maxBytes: MAX_BYTES.description, mayBeBlank: true }
const TAG: TextRule = { label: 'Tag', maxBytes: MAX_BYTES.tag, mayBeBlank: false }
const ID = new RegExp(ID_PATTERN)

/** Problems of the texts that all kinds have. Values that are no strings are the schema's matter. */
export function commonTextProblems(candidate: {
  readonly name?: unknown
  readonly description?: unknown
  readonly tags?: unknown
}): Detail[] {
  const tags = Array.isArray(candidate.tags) ? candidate.tags : []
  return [
    ...textProblems('name', candidate.name, NAME),
    ...textProblems('description', candidate.description, DESCRIPTION),
    ...tags.flatMap((tag, at) => textProblems(`tags[${at}]`, tag, TAG)),
  ]
}

/** An id is kept in URLs, so it is plain ASCII (contract 3.2). */
export function idProblems(path: string, value: unknown): Detail[] {
  if (typeof value !== 'string') return []
  if (bytes(value) > MAX_BYTES.id) return [tooLong(path, 'ID', MAX_BYTES.id)]
  if (ID.test(value)) return []
  const message =
    'ID must start with an alphanumeric character and contain only alphanumeric characters, dots, hyphens, or underscores'
  return [
    { path, code: 'INVALID_FORMAT', message, expected: 'letters, digits, ".", "-" and "_"', got: value },
  ]
}

/** Lengths are bytes of UTF-8. NUL and half surrogate pairs are refused: not every database can hold them. */
export function textProblems(path: string, value: unknown, rule: TextRule): Detail[] {
  if (typeof value !== 'string') return []
  if (!rule.mayBeBlank && value.trim() === '') {
    return [{ path, code: 'REQUIRED', message: `${rule.label} must not be empty`, expected: 'a text' }]
  }
  if (bytes(value) > rule.maxBytes) return [tooLong(path, rule.label, rule.maxBytes)]
  return unstorable(path, value, rule.label)
}

function unstorable(path: string, value: string, label: string): Detail[] {
  const at = value.indexOf('\u0000')
  if (at >= 0) {
    const message = `${label} must not contain the character U+0000 (at position ${at})`
    return [{ path, code: 'INVALID_FORMAT', message, expected: 'text without U+0000' }]
  }
  if (value.isWellFormed()) return []
  const message = `${label} must be well-formed Unicode; it holds half of a surrogate pair`
  return [{ path, code: 'INVALID_FORMAT', message, expected: 'well-formed Unicode' }]
}

function tooLong(path: string, label: string, max: number): Detail {
  const message = `${label} exceeds maximum length of ${max} characters`
  return { path, code: 'TOO_LONG', message, expected: `at most ${max} bytes of UTF-8` }
}

function bytes(text: string): number {
  return Buffer.byteLength(text)
}
