import { excerpt } from '../../std/excerpt.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { CREDENTIAL_HEADERS } from '../credential-headers.ts'
import { isReserved } from '../reserved-metadata.ts'
import { valueAt } from './open-subject.ts'

/** A part of the request that tells answers apart and is not in the key of a cache. */
export interface KeyGap {
  /** Where in the channel it is missing. */
  readonly path: string
  readonly what: string
  /** What would be right. */
  readonly expected: string
}

/** Why the key lacks what a workflow reads at `path`; undefined when it is there. `inKey` is what `key_logic` reads. */
export function keyGap(path: string, config: JsonObject, inKey: readonly string[]): KeyGap | undefined {
  const [root, first = '', second = ''] = path.split('.')
  if (root === 'body') return bodyGap(path.slice('body.'.length), config, inKey)
  if (first === 'headers') return headerGap(second, config, inKey)
  return metadataGap(`metadata.${first}`, first, config, inKey)
}

/**
 * Credentials are masked for workflows, and who they verify is in the key; no two requests have one id, and no header has
 * capital letters.
 */
function headerGap(name: string, config: JsonObject, inKey: readonly string[]): KeyGap | undefined {
  if (SAME_FOR_ALL.test(name) || CREDENTIAL_HEADERS.has(name) || varies(config, name)) return undefined
  if (isCovered(`headers.${name}`, inKey) || isCovered(`metadata.headers.${name}`, inKey)) {
    return undefined
  }
  const path = valueAt(config, 'cache.vary') === undefined ? 'config.cache' : 'config.cache.vary'
  const shown = excerpt(name)
  return { path, what: `the header "${shown}"`, expected: `"vary" with "${shown}"` }
}

/** Of no interest to a key. */
const SAME_FOR_ALL = /^$|^x-request-id$|[A-Z]/

/** What the server adds to each message: the same for all. The empty key is `metadata` itself. */
const SAME_KEYS = new Set(['', 'processed_at', 'engine_version'])

/** A part of the caller's own metadata, which is in the key as long as the whole body is; only an envelope has any. */
function metadataGap(
  path: string,
  key: string,
  config: JsonObject,
  inKey: readonly string[],
): KeyGap | undefined {
  if (isReserved(key) || SAME_KEYS.has(key) || valueAt(config, 'request.body_mode') === 'payload')
    return undefined
  if (hasWholeBody(config) || isCovered(path, inKey)) return undefined
  const what = `"${excerpt(path)}" of the caller's metadata`
  return { path: 'config.cache', what, expected: `"key_logic" that reads "${excerpt(path)}"` }
}

function bodyGap(field: string, config: JsonObject, inKey: readonly string[]): KeyGap | undefined {
  if (hasWholeBody(config)) return undefined
  const byLogic = valueAt(config, 'cache.key_logic') !== undefined
  const held = byLogic ? inKey : texts(valueAt(config, 'cache.cache_key_fields')).map(dataPath)
  // A part of what is read may be all that matters.
  const place = `data.${field}`
  if (isCovered(place, held) || held.some(other => other.startsWith(`${place}.`))) return undefined
  const name = byLogic ? 'key_logic' : 'cache_key_fields'
  const shown = excerpt(byLogic ? place : field)
  return {
    path: `config.cache.${name}`,
    what: `"${excerpt(field)}" of the body`,
    expected: `"${name}" with "${shown}"`,
  }
}

/** Without fields and logic of its own, the key has the body as it came. */
function hasWholeBody(config: JsonObject): boolean {
  return ['key_logic', 'cache_key_fields'].every(key => valueAt(config, `cache.${key}`) === undefined)
}

/** A field of the key may be written with `data.` in front, and `data` is all of them. */
function dataPath(field: string): string {
  return field === 'data' || field.startsWith('data.') ? field : `data.${field}`
}

function varies(config: JsonObject, header: string): boolean {
  return texts(valueAt(config, 'cache.vary')).some(name => name.toLowerCase() === header)
}

/** Whether the place, or something above it, is read. */
function isCovered(place: string, inKey: readonly string[]): boolean {
  return inKey.some(path => `${place}.`.startsWith(`${path}.`))
}

function texts(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter(item => typeof item === 'string') : []
}
