import { Type } from '@sinclair/typebox'
import { holdsReference, readReference } from '../config/reference.ts'
import { substitute } from '../config/substitute.ts'
import type { Detail } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { notAvailable } from '../versioning/not-available.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { commonTextProblems, idProblems } from '../versioning/text-rules.ts'
import { CONNECTOR_CONFIG } from './config.ts'
import { CONNECTOR_TYPES, type ConnectorType, CreateConnector } from './definition.ts'
import { egressProblems } from './egress/check-egress.ts'
import { redisUrlProblem } from './kinds/cache/redis/redis-settings.ts'
import { databaseProblems } from './kinds/db/check-db.ts'
import { httpProblems } from './kinds/http/check-http.ts'
import { isSecretPlace } from './masking.ts'
import { maskText } from './secret-text.ts'

/** A body without what is in its config, which the schema of its type looks at. */
const Shape = Type.Object({ ...CreateConnector.properties, config: Type.Optional(Type.Unknown()) })

/** What may be written in several ways, in the one way in which it is stored. */
export function normalizeConnector(candidate: JsonObject): JsonObject {
  const { connector_type } = candidate
  return {
    ...candidate,
    ...(typeof connector_type === 'string' && { connector_type: connector_type.toLowerCase() }),
  }
}

/** Every problem of a normalized connector as it would be stored; no secret is in the details. */
export function connectorProblems(candidate: JsonObject): Detail[] {
  return onePerPath([
    ...commonTextProblems(candidate),
    ...idProblems('id', own(candidate, 'id')),
    ...typeProblems(own(candidate, 'connector_type')),
    ...configProblems(own(candidate, 'connector_type'), own(candidate, 'config') ?? {}),
    ...schemaProblems(Shape, candidate),
  ])
}

function typeProblems(type: Json | undefined): Detail[] {
  if (typeof type !== 'string' || isConnectorType(type)) return []
  const { field } = didYouMean(type, CONNECTOR_TYPES)
  const expected = `one of ${CONNECTOR_TYPES.join(', ')}`
  const message = `Invalid connector type '${excerpt(type)}'. Must be ${expected.replace('one of', 'one of:')}`
  return [{ path: 'connector_type', code: 'INVALID_ENUM', message, expected, got: excerpt(type), ...field }]
}

function configProblems(type: Json | undefined, config: Json): Detail[] {
  if (!isObject(config)) {
    const message = 'Connector config must be a JSON object'
    return [{ path: 'config', code: 'TYPE_MISMATCH', message, expected: 'an object' }]
  }
  if (typeof type !== 'string' || !isConnectorType(type)) return []
  return onePerPath([
    ...referenceProblems(config, 'config'),
    ...innerType(type, own(config, 'type')),
    ...egressProblems(config),
    ...(type === 'db' ? databaseProblems(config) : []),
    ...(type === 'http' ? httpProblems(config) : []),
    ...(type === 'cache' ? cacheProblems(config) : []),
    ...schemaProblems(CONNECTOR_CONFIG[type], config, 'config').map(withoutSecret),
  ])
}

function isConnectorType(type: string): type is ConnectorType {
  return CONNECTOR_TYPES.some(known => known === type)
}

function innerType(type: ConnectorType, inner: Json | undefined): Detail[] {
  if (typeof inner !== 'string' || inner.toLowerCase() === type) return []
  const message = `type '${excerpt(inner)}' does not agree with connector_type '${type}'`
  return [{ path: 'config.type', code: 'INVALID_ENUM', message, expected: `"${type}"`, got: excerpt(inner) }]
}

/** References that nothing could resolve. What they lead to is known when the connector is loaded. */
function referenceProblems(value: Json, path: string): Detail[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => referenceProblems(item, `${path}[${at}]`))
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, member]) => referenceProblems(member, `${path}.${key}`))
  }
  if (typeof value !== 'string') return []
  const reference = readReference(value)
  if (reference !== undefined) return 'problem' in reference ? [wrongReference(path, reference.problem)] : []
  return value.includes('${') && substitute(value, {}).malformed ? [wrongReference(path, MALFORMED)] : []
}

const MALFORMED = `"\${" begins a reference that is not understood`

function wrongReference(path: string, problem: string): Detail {
  const expected = `env://NAME, file:///PATH or secret://NAME alone, or \${NAME} in a text; $$ is a dollar sign`
  return { path, code: 'INVALID_FORMAT', message: problem, expected }
}

function cacheProblems(config: JsonObject): Detail[] {
  const backend = own(config, 'backend')
  const url = own(config, 'url')
  if (typeof backend === 'string' && backend !== 'redis' && backend !== 'memory') {
    const message = `Invalid cache backend '${excerpt(backend)}'. Must be one of: redis, memory`
    const expected = 'one of redis, memory'
    return [{ path: 'config.backend', code: 'INVALID_ENUM', message, expected, got: excerpt(backend) }]
  }
  if (backend !== 'redis') return []
  const expected = 'a URL such as redis://host:6379'
  const path = 'config.url'
  if (url === undefined || (typeof url === 'string' && url.trim() === '')) {
    const message = "Cache connector with backend='redis' requires a non-empty 'url'"
    return [{ path, code: 'REQUIRED', message, expected }]
  }
  const problem = typeof url === 'string' && !holdsReference(url) ? redisUrlProblem(url) : undefined
  if (problem === undefined) return redisAuthProblems(own(config, 'auth'))
  return [{ path, code: 'INVALID_FORMAT', message: `Invalid Redis URL: ${problem}`, expected }]
}

function redisAuthProblems(auth: Json | undefined): Detail[] {
  const type = isObject(auth) ? own(auth, 'type') : undefined
  if (type !== 'bearer' && type !== 'apikey') return []
  return [notAvailable('config.auth.type', `"${type}" for Redis`, '"basic", or user and password in "url"')]
}

/** Answers are logged and shown: a detail never repeats what masking would hide. */
function withoutSecret(detail: Detail): Detail {
  const { got, ...rest } = detail
  if (got === undefined || isSecretPlace(detail.path.split(/[.[]/).slice(1))) return rest
  return { ...rest, got: typeof got === 'string' ? maskText(got) : got }
}
