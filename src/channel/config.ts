import { Value } from '@sinclair/typebox/value'
import { type Detail, validationError } from '../errors.ts'
import type { Limits } from '../expression/expression.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { notAvailable } from '../versioning/not-available.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { guardProblems } from './check-guards.ts'
import { ChannelConfig } from './definition.ts'
import { withoutSecret } from './masking.ts'

/** Keys of Orion's channel configuration that nothing enforces yet: a channel must not look guarded when it is not. */
const LATER_KEYS = ['oauth2_login']
const LATER_MODES = ['async', 'batch']
/** Each costs a search for the name that was meant; more of them help nobody. */
const MAX_STRANGE_KEYS = 1000
const KNOWN_KEYS = [...Object.keys(ChannelConfig.properties), ...LATER_KEYS]

/** A stored configuration, ready to use. Throws VALIDATION_ERROR that lists every problem. */
export function readConfig(config: Json): ChannelConfig {
  if (Value.Check(ChannelConfig, config)) return config
  throw validationError(schemaProblems(ChannelConfig, config, 'config').map(withoutSecret))
}

/** Every problem of a channel's configuration; paths begin with `config`. No secret is in the details. */
export function configProblems(config: Json, limits: Limits): Detail[] {
  return onePerPath([
    ...(isObject(config)
      ? [...strangeKeys(config), ...laterTracing(own(config, 'tracing')), ...guardProblems(config, limits)]
      : []),
    ...schemaProblems(ChannelConfig, config, 'config'),
  ]).map(withoutSecret)
}
/** A key set to null is a key that is not set. */
export function withoutNulls(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null))
}

function strangeKeys(config: JsonObject): Detail[] {
  return Object.keys(config)
    .filter(key => !Object.hasOwn(ChannelConfig.properties, key))
    .slice(0, MAX_STRANGE_KEYS)
    .map(key => (LATER_KEYS.includes(key) ? notAvailable(`config.${key}`, `"${key}"`) : unknownKey(key)))
}

function unknownKey(key: string): Detail {
  const { hint, field } = didYouMean(key, KNOWN_KEYS)
  return {
    path: `config.${key}`,
    code: 'UNKNOWN_KEY',
    message: `"${key}" is not a known key of a channel's config${hint}`,
    ...field,
  }
}

function laterTracing(tracing: Json | undefined): Detail[] {
  if (!isObject(tracing)) return []
  const mode = own(tracing, 'mode')
  return [
    ...(typeof mode === 'string' && LATER_MODES.includes(mode)
      ? [notAvailable('config.tracing.mode', `mode "${mode}"`, 'one of sync, off')]
      : []),
    ...(own(tracing, 'task_details') === true
      ? [notAvailable('config.tracing.task_details', '"task_details"', 'false')]
      : []),
  ]
}
