import { numberText } from '../../expression/values/number.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { escapeXml } from './entities.ts'

/** An element whose content is being written. */
interface Open {
  readonly name: string
  /** Names and values of what is inside. */
  readonly keys: readonly string[] | undefined
  readonly container: Json[] | JsonObject
  at: number
}

/** Writes a value as elements (engine-contract A12): one per key, `<item>` per item, no attributes, no declaration. */
export class XmlWriter {
  text = ''
  readonly #open: Open[] = []

  constructor(value: Json, root: string) {
    this.#element(root, value)
  }

  /** Writes a little more; false when all is written. */
  step(): boolean {
    const open = this.#open.at(-1)
    if (open === undefined) return false
    const { name, keys, container } = open
    const at = open.at++
    if (Array.isArray(container)) {
      if (at < container.length) this.#element('item', container[at] ?? null)
      else this.#close(name)
    } else {
      const key = keys?.[at]
      if (key !== undefined) this.#element(elementName(key), own(container, key) ?? null)
      else this.#close(name)
    }
    return this.#open.length > 0
  }

  #element(name: string, value: Json): void {
    if (typeof value === 'object' && value !== null) {
      this.text += `<${name}>`
      const keys = isObject(value) ? Object.keys(value) : undefined
      this.#open.push({ name, keys, container: value, at: 0 })
    } else this.text += `<${name}>${scalar(value)}</${name}>`
  }

  #close(name: string): void {
    this.text += `</${name}>`
    this.#open.pop()
  }
}

function scalar(value: Exclude<Json, object> | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : ''
  return escapeXml(String(value))
}

/** A key as a name: what may not stand in one becomes `_`. */
function elementName(key: string): string {
  if (/^[A-Za-z_][\w.-]*$/.test(key)) return key
  if (key === '') return '_element'
  const first = String.fromCodePoint(key.codePointAt(0) ?? 0)
  const start = /[\p{Alphabetic}_]/u.test(first) ? first : `_${/\p{N}/u.test(first) ? first : ''}`
  return start + key.slice(first.length).replace(/[^\p{Alphabetic}\p{N}._-]/gu, '_')
}
