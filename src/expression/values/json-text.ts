import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { numberText } from './number.ts'

/** Compact JSON with numbers as {@link numberText} writes them; what is no finite number is null. */
export function jsonText(value: Json, meter: Meter, depth = 0): string {
  meter.charge(1)
  switch (typeof value) {
    case 'string':
      meter.scan(value.length)
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? numberText(value) : 'null'
    case 'boolean':
      return String(value)
    default:
      return value === null ? 'null' : containerText(value, meter, depth + 1)
  }
}

function containerText(value: Json[] | { [key: string]: Json }, meter: Meter, depth: number): string {
  meter.depth(depth)
  let text = ''
  if (Array.isArray(value)) {
    for (const item of value) {
      text += `${text === '' ? '' : ','}${jsonText(item, meter, depth)}`
      meter.text(text.length)
    }
    return `[${text}]`
  }
  for (const key of Object.keys(value)) {
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${jsonText(value[key] ?? null, meter, depth)}`
    meter.text(text.length)
  }
  return `{${text}}`
}
