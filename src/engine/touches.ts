import { isObject, type JsonObject, own } from '../std/json.ts'
import type { Touch } from '../workflow/touch.ts'

/** What the functions touch beside their expressions, told without running them. */

/** Of a function with `source`, a path of the payload or of the context, and `target`, a path below `data`. */
export function sourceTouches(input: JsonObject): Touch[] {
  return [...readOf(own(input, 'source'), ''), ...targetOf(input)]
}

/** The same when `source` is a key or a path of `data`, with or without `data.` in front. */
export function publicationTouches(input: JsonObject): Touch[] {
  const source = own(input, 'source')
  const isFromRoot = typeof source === 'string' && source.startsWith('data.')
  return [...readOf(source, isFromRoot ? '' : 'data.'), ...targetOf(input)]
}

/** Each mapping writes its path, which may be computed; `unset` takes away. */
export function mappingTouches(input: JsonObject): Touch[] {
  const mappings = own(input, 'mappings')
  if (!Array.isArray(mappings)) return []
  return mappings.flatMap((mapping, at): Touch[] => {
    if (!isObject(mapping) || own(mapping, 'unset') === true) return []
    const path = own(mapping, 'path')
    return [
      { kind: 'write', field: `mappings[${at}].path`, path: typeof path === 'string' ? path : undefined },
    ]
  })
}

/** Of a function that writes what it got to `output` or `response_path`, if anywhere. */
export function outputTouches(input: JsonObject): Touch[] {
  const field = own(input, 'output') === undefined ? 'response_path' : 'output'
  const path = own(input, field)
  return typeof path === 'string' ? [{ kind: 'write', field, path }] : []
}

function readOf(source: unknown, prefix: string): Touch[] {
  return typeof source === 'string' ? [{ kind: 'read', field: 'source', path: `${prefix}${source}` }] : []
}

function targetOf(input: JsonObject): Touch[] {
  const target = own(input, 'target')
  return typeof target === 'string' ? [{ kind: 'write', field: 'target', path: `data.${target}` }] : []
}
