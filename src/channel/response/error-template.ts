import type { Detail } from '../../errors.ts'
import { mediaKind } from '../../std/media-type.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import type { ErrorBody } from './definition.ts'

/** What may stand in an error body in braces. */
const PLACEHOLDERS = ['status', 'code', 'message', 'request_id', 'channel', 'timestamp'] as const
type Placeholder = (typeof PLACEHOLDERS)[number]
export type ErrorFacts = Readonly<Record<Placeholder, string>>

/** The own body of an error, ready to be filled in. */
export interface ErrorTemplate {
  readonly contentType: string
  render(facts: ErrorFacts): string
}

type Part = string | { readonly fact: Placeholder }
type Escape = (text: string) => string

/** Why a body is no template. */
export type TemplateProblem = Omit<Detail, 'path'>

const MAX_TEMPLATE_BYTES = 4096
const DEFAULT_CONTENT_TYPE = 'application/json'

const BRACES = /\{\{([a-z][a-z0-9_]*)\}\}|\{([a-z][a-z0-9_]*)\}|\{\{|\}\}/g
const HTML = /^\s*text\/html\s*(?:;|$)/i

/**
 * A template, or its problem. `{name}` is filled in and `{{name}}` is `{name}`; every other brace is itself, so that
 * JSON needs no escapes. Where that gives no JSON, and in texts that are not JSON, `{{` is `{` and `}}` is `}`.
 */
export function errorTemplate({ body, content_type }: ErrorBody): ErrorTemplate | TemplateProblem {
  const contentType = content_type ?? DEFAULT_CONTENT_TYPE
  const isJson = mediaKind(contentType) === 'json'
  if (typeof body !== 'string' && !isJson) return NOT_FOR_OBJECTS
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  if (Buffer.byteLength(text) > MAX_TEMPLATE_BYTES) return TOO_LONG
  const unknown = unknownPlaceholder(text)
  if (unknown !== undefined) return unknown
  if (!isJson) return template(contentType, partsOf(text, true), isMarkup(contentType) ? inMarkup : asIs)
  const plain = template(contentType, partsOf(text, false), inJson)
  if (isJsonText(plain.render(SAMPLE))) return plain
  const doubled = template(contentType, partsOf(text, true), inJson)
  return isJsonText(doubled.render(SAMPLE)) ? doubled : NO_JSON
}

export function isTemplate(found: ErrorTemplate | TemplateProblem): found is ErrorTemplate {
  return 'render' in found
}

const TOO_LONG: TemplateProblem = {
  code: 'TOO_LONG',
  message: `must be at most ${MAX_TEMPLATE_BYTES} bytes long`,
  expected: `at most ${MAX_TEMPLATE_BYTES} bytes`,
}

const NOT_FOR_OBJECTS: TemplateProblem = {
  code: 'INVALID_FORMAT',
  message: 'is an object, which is written as JSON: it needs a JSON content_type',
  expected: 'a text, or a content_type that is JSON',
}

const NO_JSON: TemplateProblem = {
  code: 'INVALID_FORMAT',
  message:
    'is not JSON once its placeholders are filled in; texts need quotes around them, as in "{message}"',
  expected: 'JSON, or another content_type',
}

/** Facts that break whatever is not inside quotes. */
const SAMPLE: ErrorFacts = {
  status: '500',
  code: 'ENGINE_ERROR',
  message: 'A "quoted" \\ text\nof two lines',
  request_id: 'request "1"',
  channel: 'channel "1"',
  timestamp: '2026-01-02T03:04:05.678Z',
}

/** Where what a caller sent could become part of a page. */
function isMarkup(contentType: string): boolean {
  return mediaKind(contentType) === 'xml' || HTML.test(contentType)
}

function unknownPlaceholder(text: string): TemplateProblem | undefined {
  for (const [, , name] of text.matchAll(BRACES)) {
    if (name === undefined || isPlaceholder(name)) continue
    const { hint, field } = didYouMean(name, PLACEHOLDERS)
    return {
      code: 'UNKNOWN_KEY',
      message: `"{${name}}" is not a placeholder${hint}; "{{${name}}}" is that text itself`,
      expected: `one of ${PLACEHOLDERS.map(known => `{${known}}`).join(', ')}`,
      ...field,
    }
  }
  return undefined
}

function isPlaceholder(name: string): name is Placeholder {
  return PLACEHOLDERS.some(known => known === name)
}

function partsOf(text: string, doubled: boolean): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const found of text.matchAll(BRACES)) {
    const [whole, literal, name] = found
    parts.push(text.slice(at, found.index))
    if (name !== undefined && isPlaceholder(name)) parts.push({ fact: name })
    else if (literal !== undefined) parts.push(`{${literal}}`)
    else parts.push(doubled ? whole.slice(1) : whole)
    at = found.index + whole.length
  }
  parts.push(text.slice(at))
  return parts
}

function template(contentType: string, parts: readonly Part[], escaped: Escape): ErrorTemplate {
  return {
    contentType,
    render: facts =>
      parts.map(part => (typeof part === 'string' ? part : escaped(facts[part.fact]))).join(''),
  }
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const asIs: Escape = text => text
const inJson: Escape = text => JSON.stringify(text).slice(1, -1)
const inMarkup: Escape = text => text.replaceAll(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
