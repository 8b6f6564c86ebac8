import { excerpt } from '../../../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule, ChannelSubject } from '../subject.ts'
import { takesBodies } from '../takes-bodies.ts'

export const cacheKeyField: ChannelRule = {
  name: 'cache-key-field',
  summary:
    '`cache_key_fields` names something that is no field of the body, or there is no body. Method, path parameters, ' +
    'query and verified identity are in every key anyway, and headers get there by `vary`; a request that has none of ' +
    'the fields is not cached.',
  example: {
    wrong: guardedBy({ cache: { enabled: true, cache_key_fields: ['headers.x-tenant', 'sku'] } }),
    at: 'config.cache.cache_key_fields[0]',
    right: guardedBy({ cache: { enabled: true, cache_key_fields: ['sku'], vary: ['x-tenant'] } }),
  },
  *check(subject) {
    const { channel, config } = subject
    const fields = valueAt(config, 'cache.cache_key_fields')
    if (valueAt(config, 'cache.enabled') !== true || !Array.isArray(fields)) return
    if (!takesBodies(own(channel, 'methods'))) {
      yield {
        path: 'config.cache.cache_key_fields',
        message:
          'requests with these methods have no body, and one without any of the fields is never cached',
        expected: 'no "cache_key_fields": path parameters and query are in the key anyway',
      }
      return
    }
    for (const [at, field] of fields.entries()) {
      if (typeof field !== 'string' || isDeclared(config, field)) continue
      const fault = faultOf(field, subject)
      if (fault !== undefined) yield { path: `config.cache.cache_key_fields[${at}]`, ...fault }
    }
  },
}

/** Whether the schema says that the body has a field of this name, so that it is meant. */
function isDeclared(config: JsonObject, field: string): boolean {
  const properties = valueAt(config, 'request_schema.properties')
  return isObject(properties) && own(properties, field.split('.', 1)[0] ?? '') !== undefined
}

function faultOf(field: string, { channel }: ChannelSubject): Omit<Warning, 'path'> | undefined {
  const [root = '', ...rest] = field.split('.')
  const shown = excerpt(field)
  if (root === 'headers' && rest.length > 0) {
    const name = excerpt(rest.join('.').toLowerCase())
    return { message: `"${shown}" is no field of the body`, expected: `"vary": ["${name}"]` }
  }
  const isParameter = ['params', 'query'].includes(root) && rest.length > 0
  if (!isParameter && !parametersOf(own(channel, 'route_pattern')).includes(field)) return undefined
  const message = `"${shown}" is no field of the body; path parameters and query are in the key anyway`
  return { message, expected: 'a path below data, such as "sku"' }
}

function parametersOf(pattern: Json | undefined): string[] {
  if (typeof pattern !== 'string') return []
  return Array.from(pattern.matchAll(/\{([^{}/]+)\}/g), ([, name = '']) => name)
}
