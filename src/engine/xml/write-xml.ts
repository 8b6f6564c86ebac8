import { numberText } from '../../expression/values/number.ts'
import { isObject, type Json } from '../../std/json.ts'
import { escapeXml } from './entities.ts'

/** A value as elements (engine-contract A12): one per key, `<item>` per item, no attributes, no declaration. */
export function writeXml(value: Json, root: string): string {
  return element(root, value)
}

function element(name: string, value: Json): string {
  return `<${name}>${content(value)}</${name}>`
}

function content(value: Json): string {
  if (Array.isArray(value)) return value.map(item => element('item', item)).join('')
  if (isObject(value)) {
    return Object.entries(value)
      .map(([key, child]) => element(elementName(key), child))
      .join('')
  }
  return scalar(value)
}

function scalar(value: Exclude<Json, object> | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : ''
  return escapeXml(String(value))
}

/** A key as a name: what may not stand in one becomes `_`. */
function elementName(key: string): string {
  if (key === '') return '_element'
  const [first = '', ...rest] = key
  const start = /[\p{Alphabetic}_]/u.test(first) ? first : `_${/\p{N}/u.test(first) ? first : ''}`
  return start + rest.join('').replace(/[^\p{Alphabetic}\p{N}._-]/gu, '_')
}
