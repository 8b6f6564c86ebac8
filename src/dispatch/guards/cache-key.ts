import { compileGuardLogic } from '../../channel/guard-logic.ts'
import { isReserved } from '../../channel/reserved-metadata.ts'
import type { ResponseCache } from '../../channel/response-cache/definition.ts'
import { keyField } from '../../channel/response-cache/key-fields.ts'
import { mayRead } from '../../engine/reads.ts'
import { type Expression, ExpressionError, type Limits } from '../../expression/expression.ts'
import { CanonicalText } from '../../std/canonical-text.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { Facts } from '../arrival.ts'
import type { Request } from './request.ts'
import { factsRead, writeFacts } from './scope.ts'

/** What tells the answers of one channel apart (design 6, 7). */
export interface CacheKey {
  readonly reads: readonly Expression['reads'][]
  /** Undefined when a request has none: it is not cached. */
  of(request: Request): string | undefined
}

/** Longer ones cost more than they spare. */
const MAX_KEY_CHARS = 262_144

/**
 * Whatever of a request a workflow can look at is in the key: method, path parameters, query, who was verified, what
 * else the server says of it, and the body, or what the channel names in its place. Headers are when `vary` lists them.
 * The shelf tells the channel and its workflow from all others. Throws ExpressionError.
 */
export function openCacheKey(config: ResponseCache, limits: Limits): CacheKey {
  const { body, reads, hasCallerMetadata } = bodyPart(config, limits)
  const vary = varyNames(config)
  return {
    reads,
    of(request) {
      const text = new CanonicalText(MAX_KEY_CHARS)
      const { facts } = request.arrival
      text.text(facts.method)
      text.value(facts.params)
      writeQuery(text, facts.rawQuery)
      text.value(request.auth)
      for (const name of vary) text.text(facts.header(name))
      writeMetadata(text, request.metadata, hasCallerMetadata)
      if (!body(text, request) || text.isTooLong) return undefined
      return text.digest()
    },
  }
}

/** Names of the headers in the key. */
export function varyNames({ vary = [] }: ResponseCache): string[] {
  return [...new Set(vary.map(name => name.toLowerCase()))].sort()
}

/** By name; what comes more than once keeps its order. */
function writeQuery(text: CanonicalText, rawQuery: string): void {
  if (rawQuery !== '') {
    const query = new URLSearchParams(rawQuery)
    query.sort()
    for (const [name, value] of query) {
      text.text(name)
      text.text(value)
    }
  }
  text.absent()
}

/** Parts that have a place of their own in the key; headers have one when they are listed. */
const ELSEWHERE = new Set(['http_method', 'params', 'query', 'headers', 'auth'])

function writeMetadata(text: CanonicalText, metadata: JsonObject, withCallers: boolean): void {
  const names = Object.keys(metadata).filter(
    name => !ELSEWHERE.has(name) && (withCallers || isReserved(name)),
  )
  text.members(metadata, names)
}

/** Writes what stands for the body; false when a request has nothing there. */
type WriteBody = (text: CanonicalText, request: Request) => boolean

interface BodyPart {
  readonly body: WriteBody
  readonly reads: readonly Expression['reads'][]
  /** Whether the caller's own metadata belongs to it. */
  readonly hasCallerMetadata: boolean
}

function bodyPart({ key_logic, cache_key_fields }: ResponseCache, limits: Limits): BodyPart {
  if (key_logic !== undefined) {
    const expression = compileGuardLogic(key_logic, 'key', limits)
    return { body: computed(expression), reads: [expression.reads], hasCallerMetadata: false }
  }
  if (cache_key_fields !== undefined) {
    return { body: someFields(cache_key_fields), reads: [], hasCallerMetadata: false }
  }
  return { body: wholeBody, reads: [], hasCallerMetadata: true }
}

const wholeBody: WriteBody = (text, { data }) => {
  text.value(data)
  return true
}

/** A field that is absent is told from one that is null; a body without any of them has no key. */
function someFields(paths: readonly string[]): WriteBody {
  const fields = paths.map(keyField)
  return (text, { data }) => {
    let isPresent = false
    for (const field of fields) {
      const value = field(data)
      text.value(value)
      if (value !== undefined) isPresent = true
    }
    return isPresent
  }
}

function computed(expression: Expression): WriteBody {
  const facts = factsRead(expression.reads).filter(fact => fact !== 'client_ip')
  const readsHeaders = mayRead(expression.reads, 'metadata.headers')
  return (text, { arrival, data, metadata }) => {
    const seen = readsHeaders ? withHeaders(metadata, arrival.facts) : metadata
    const key = evaluated(expression, writeFacts({ data, metadata: seen }, arrival.facts, facts))
    if (key === null) return false
    text.value(key)
    return true
  }
}

/** Masks would make all callers equal. */
function withHeaders(metadata: JsonObject, facts: Facts): JsonObject {
  return { ...metadata, headers: facts.headers() }
}

function evaluated(expression: Expression, scope: JsonObject): Json {
  try {
    return expression.evaluate(scope)
  } catch (error) {
    if (error instanceof ExpressionError) return null
    throw error
  }
}
