import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'

/**
 * Charges a result for its size as JSON. Parts that a rule uses many times over are one object in memory and many in a
 * text: 30 steps of `[acc, acc]` would be a billion, so this is where they are stopped.
 */
export function chargeResult(value: Json, meter: Meter, depth = 0): void {
  if (typeof value === 'string') meter.scan(value.length)
  if (typeof value !== 'object' || value === null) return
  meter.depth(depth + 1)
  if (Array.isArray(value)) {
    meter.charge(value.length)
    for (const item of value) chargeResult(item, meter, depth + 1)
    return
  }
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue
    meter.charge(1)
    chargeResult(value[key] ?? null, meter, depth + 1)
  }
}
