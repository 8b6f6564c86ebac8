import { authProblems } from '../auth/channel/check-auth.ts'
import type { Detail } from '../errors.ts'
import type { Limits } from '../expression/expression.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { guardLogicProblems } from './guard-logic.ts'
import { requestSchemaProblems } from './request-schema/compile-schema.ts'
import { errorBodyProblems } from './response/error-bodies.ts'
import { isReservedHeader } from './response/header-rules.ts'
import { keyFieldProblem } from './response-cache/key-fields.ts'

/** What the schema of a channel's configuration cannot say of its guards; whatever does not fit the schema is left to it. */
export function guardProblems(config: JsonObject, limits: Limits): Detail[] {
  return [
    ...logicProblems(config, limits),
    ...authProblems(own(config, 'auth'), 'config.auth'),
    ...schemaProblems(own(config, 'request_schema')),
    ...keyFieldProblems(own(config, 'cache')),
    ...backpressureProblems(own(config, 'backpressure')),
    ...corsProblems(own(config, 'cors'), own(config, 'origin_allow_list')),
    ...aliasProblems(config),
    ...errorBodyProblems('config.response.error_bodies', member(own(config, 'response'), 'error_bodies')),
    ...headerProblems(member(own(config, 'response'), 'allowed_headers')),
    ...principalProblems(own(config, 'principal_rate_limit'), own(config, 'auth')),
    ...rolloutProblems(own(config, 'rollout_sticky_header'), own(config, 'rollout_key')),
  ]
}

function logicProblems(config: JsonObject, limits: Limits): Detail[] {
  return [
    ...guardLogicProblems('config.validation_logic', own(config, 'validation_logic'), 'condition', limits),
    ...guardLogicProblems(
      'config.auth.authorization_logic',
      member(own(config, 'auth'), 'authorization_logic'),
      'condition',
      limits,
    ),
    ...keyLogicProblems(config, 'rate_limit', limits),
    ...keyLogicProblems(config, 'principal_rate_limit', limits),
    ...keyLogicProblems(config, 'cache', limits),
    ...guardLogicProblems('config.rollout_key', own(config, 'rollout_key'), 'key', limits),
  ]
}

function keyLogicProblems(config: JsonObject, guard: string, limits: Limits): Detail[] {
  const rule = member(own(config, guard), 'key_logic')
  return guardLogicProblems(`config.${guard}.key_logic`, rule, 'key', limits)
}

function schemaProblems(schema: Json | undefined): Detail[] {
  return schema === undefined ? [] : requestSchemaProblems(schema, 'config.request_schema')
}

function keyFieldProblems(cache: Json | undefined): Detail[] {
  const fields = member(cache, 'cache_key_fields')
  if (!Array.isArray(fields)) return []
  return fields.flatMap((field, at): Detail[] => {
    const message = typeof field === 'string' ? keyFieldProblem(field) : undefined
    if (message === undefined) return []
    const path = `config.cache.cache_key_fields[${at}]`
    return [{ path, code: 'INVALID_FORMAT', message, expected: 'a dotted path such as customer.id' }]
  })
}

function backpressureProblems(backpressure: Json | undefined): Detail[] {
  if (!isObject(backpressure)) return []
  const path = 'config.backpressure.max_concurrent'
  const one = own(backpressure, 'max_concurrent')
  const other = own(backpressure, 'max_concurrent_per_node')
  if (one === undefined && other === undefined) {
    return [
      {
        path,
        code: 'REQUIRED',
        message: '"max_concurrent" is required',
        expected: 'an integer of at least 0',
      },
    ]
  }
  if (one === undefined || other === undefined || one === other) return []
  const message = '"max_concurrent_per_node" is another name of "max_concurrent" and says something else'
  return [{ path: `${path}_per_node`, code: 'INVALID_FORMAT', message, expected: 'one of the two' }]
}

function corsProblems(cors: Json | undefined, list: Json | undefined): Detail[] {
  const origins = member(cors, 'allowed_origins') ?? list
  const any = Array.isArray(origins) && origins.includes('*')
  const credentials = member(cors, 'allow_credentials') === true
  if (!credentials || (Array.isArray(origins) && !any)) return []
  return [
    {
      path: 'config.cors.allow_credentials',
      code: 'INVALID_FORMAT',
      message: 'credentials need the origins to be named one by one; browsers take no "*" then',
      expected: 'config.cors.allowed_origins with origins, or false',
    },
  ]
}

function headerProblems(names: Json | undefined): Detail[] {
  if (!Array.isArray(names)) return []
  return names.flatMap((name, at): Detail[] => {
    if (typeof name !== 'string' || !isReservedHeader(name.toLowerCase())) return []
    const path = `config.response.allowed_headers[${at}]`
    return [{ path, code: 'INVALID_FORMAT', message: `"${name}" is set by the server alone` }]
  })
}

/** Only a token says who asks. */
function principalProblems(limit: Json | undefined, auth: Json | undefined): Detail[] {
  if (!isObject(limit) || member(auth, 'mode') === 'jwt') return []
  return [
    {
      path: 'config.principal_rate_limit',
      code: 'REQUIRED',
      message: '"principal_rate_limit" counts callers by their token and needs "auth" with the mode "jwt"',
      expected: 'config.auth.mode "jwt"',
    },
  ]
}

function rolloutProblems(header: Json | undefined, key: Json | undefined): Detail[] {
  if (header === undefined || key === undefined) return []
  const message = '"rollout_key" and "rollout_sticky_header" both say who stays with which version'
  return [{ path: 'config.rollout_key', code: 'INVALID_FORMAT', message, expected: 'one of the two' }]
}

/** Two names of one thing must not say different things. */
function aliasProblems(config: JsonObject): Detail[] {
  return ALIASES.flatMap(([alias, guard, key]): Detail[] => {
    const one = own(config, alias)
    const other = member(own(config, guard), key)
    if (one === undefined || other === undefined || JSON.stringify(one) === JSON.stringify(other)) return []
    const message = `"${alias}" is another name of "${guard}.${key}" and says something else`
    return [{ path: `config.${alias}`, code: 'INVALID_FORMAT', message, expected: 'one of the two' }]
  })
}

const ALIASES = [
  ['origin_allow_list', 'cors', 'allowed_origins'],
  ['cookies_to_metadata', 'request', 'cookies_to_metadata'],
] as const

function member(object: Json | undefined, key: string): Json | undefined {
  return isObject(object) ? own(object, key) : undefined
}
