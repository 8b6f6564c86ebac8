import { isObject, own } from '../../std/json.ts'
import type { Place, Resource, SchemaDocument } from './document.ts'

/**
 * Where a `$dynamicRef` may lead, by the resource that was entered first; undefined when it is an ordinary reference,
 * which is what it is unless its target is a `$dynamicAnchor` of that name (JSON Schema 2020-12 Core, 8.2.3.2).
 */
export function dynamicTargets(
  from: Place,
  target: Place,
  document: SchemaDocument,
): Map<Resource, Place> | undefined {
  const reference = isObject(from.schema) ? own(from.schema, '$dynamicRef') : undefined
  const name = typeof reference === 'string' ? reference.slice(reference.indexOf('#') + 1) : ''
  if (target.resource.dynamicAnchors.get(name) !== target) return undefined
  const targets = new Map<Resource, Place>()
  for (const resource of document.resources.values()) {
    const place = resource.dynamicAnchors.get(name)
    if (place !== undefined) targets.set(resource, place)
  }
  return targets
}
