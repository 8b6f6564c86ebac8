import { Type } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import type { Limits } from '../expression/expression.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { Absent, JsonMap } from '../versioning/definition.ts'
import { notAvailable } from '../versioning/not-available.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { commonTextProblems, idProblems, textProblems } from '../versioning/text-rules.ts'
import { unreachableProblem } from './check-route.ts'
import { configProblems, withoutNulls } from './config.ts'
import { CreateChannel } from './definition.ts'
import { isReservedSegment, RESERVED_SEGMENTS, routePatternProblem } from './route-pattern.ts'

/** TRACE and CONNECT mean something else to every HTTP library on the way. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
const MAX_ROUTE_BYTES = 1024

/** A body without what is in its config, which `config.ts` looks at. */
const Shape = Type.Object({
  ...CreateChannel.properties,
  methods: Absent(Type.Array(Type.String(), { maxItems: METHODS.length })),
  config: Type.Optional(JsonMap('')),
})

/** What may be written in several ways, in the one way in which it is stored. */
export function normalizeChannel(candidate: JsonObject): JsonObject {
  const { channel_type, protocol, methods, config } = candidate
  return {
    ...candidate,
    ...(typeof channel_type === 'string' && { channel_type: channel_type.toLowerCase() }),
    ...(typeof protocol === 'string' && { protocol: protocol.toLowerCase() }),
    ...(Array.isArray(methods) && { methods: methods.map(upperCase) }),
    ...(isObject(config) && { config: withoutNulls(config) }),
  }
}

/** Every problem of a normalized channel as it would be stored; unknown keys beside the config do not count. */
export function channelProblems(candidate: JsonObject, limits: Limits): Detail[] {
  const config = own(candidate, 'config')
  return onePerPath([
    ...commonTextProblems(candidate),
    ...reservedName(own(candidate, 'name')),
    ...idProblems('channel_id', own(candidate, 'channel_id')),
    ...idProblems('workflow_id', own(candidate, 'workflow_id')),
    ...transportProblems(candidate),
    ...(isObject(config) ? configProblems(config, limits) : []),
    ...schemaProblems(Shape, candidate),
  ])
}

function reservedName(name: Json | undefined): Detail[] {
  if (typeof name !== 'string' || !isReservedSegment(name)) return []
  const message = `Name '${name}' belongs to the data plane itself`
  const expected = `none of ${[...RESERVED_SEGMENTS].join(', ')}`
  return [{ path: 'name', code: 'INVALID_FORMAT', message, expected, got: name }]
}

/** What the way in needs, and what nothing serves yet. */
function transportProblems(candidate: JsonObject): Detail[] {
  const { channel_type, protocol } = candidate
  const later = [
    ...(channel_type === 'async' ? [notAvailable('channel_type', "Channel type 'async'", '"sync"')] : []),
    ...(protocol === 'kafka' ? [notAvailable('protocol', "Protocol 'kafka'", 'one of rest, http')] : []),
  ]
  if (protocol !== 'rest' && protocol !== 'http') return later
  return [
    ...later,
    ...methodProblems(candidate.methods),
    ...routeProblems(candidate.route_pattern),
    ...foreignProblems(candidate),
  ]
}

function methodProblems(methods: Json | undefined): Detail[] {
  if (methods === undefined || methods === null || (Array.isArray(methods) && methods.length === 0)) {
    const message = 'REST/HTTP channels must specify at least one HTTP method'
    return [{ path: 'methods', code: 'REQUIRED', message, expected: `some of ${METHODS.join(', ')}` }]
  }
  if (!Array.isArray(methods)) return []
  return methods.slice(0, METHODS.length).flatMap((method, at) => methodProblem(method, at, methods))
}

function methodProblem(method: Json, at: number, methods: readonly Json[]): Detail[] {
  if (typeof method !== 'string') return []
  const path = `methods[${at}]`
  if (!METHODS.includes(method)) {
    const { hint, field } = didYouMean(method, METHODS)
    return [
      {
        path,
        code: 'INVALID_ENUM',
        message: `'${excerpt(method)}' is not a method that a channel can answer${hint}`,
        expected: `one of ${METHODS.join(', ')}`,
        got: excerpt(method),
        ...field,
      },
    ]
  }
  if (methods.indexOf(method) === at) return []
  return [{ path, code: 'DUPLICATE', message: `Method '${method}' is listed twice`, got: method }]
}

function routeProblems(pattern: Json | undefined): Detail[] {
  const path = 'route_pattern'
  if (pattern === undefined || pattern === null || (typeof pattern === 'string' && pattern.trim() === '')) {
    const message = 'REST/HTTP channels must specify a route_pattern'
    return [{ path, code: 'REQUIRED', message, expected: 'a path such as /orders/{id}' }]
  }
  if (typeof pattern !== 'string') return []
  const text = textProblems(path, pattern, {
    label: 'Route pattern',
    maxBytes: MAX_ROUTE_BYTES,
    mayBeBlank: false,
  })
  if (text.length > 0) return text
  const problem = routePatternProblem(pattern) ?? unreachableProblem(pattern)
  if (problem === undefined) return []
  const message = `Route pattern '${pattern}' ${problem}`
  return [{ path, code: 'INVALID_FORMAT', message, expected: 'a path such as /orders/{id}', got: pattern }]
}

/** What only other ways in would use; to store it would promise something. */
function foreignProblems(candidate: JsonObject): Detail[] {
  const { topic, consumer_group, transport_config } = candidate
  return [
    ...(typeof topic === 'string' ? [notAvailable('topic', 'A Kafka topic')] : []),
    ...(typeof consumer_group === 'string' ? [notAvailable('consumer_group', 'A Kafka consumer group')] : []),
    ...(isObject(transport_config)
      ? Object.keys(transport_config).map(key =>
          notAvailable(`transport_config.${key}`, `"${key}" of a ${String(candidate.protocol)} channel`),
        )
      : []),
  ]
}

function upperCase(method: Json): Json {
  return typeof method === 'string' ? method.toUpperCase() : method
}
