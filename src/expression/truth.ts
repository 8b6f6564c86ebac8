import type { Json } from '../std/json.ts'

/** JSONLogic's truth: false, null, 0, NaN, "", [] and {} are false. */
export function isTruthy(value: Json): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'number':
      return value !== 0 && !Number.isNaN(value)
    case 'bigint':
      return value !== 0n
    case 'string':
      return value !== ''
    default:
      return value !== null && !isEmpty(value)
  }
}

function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0
  for (const key in value) {
    if (Object.hasOwn(value, key)) return false
  }
  return true
}
