import type { Json, JsonObject } from './json.ts'

/** Containers within containers that a value may have. */
const MAX_DEPTH = 500

/**
 * A text that two lists of values share only when they are equal, whatever the order of the keys of their objects.
 * Every part tells its own type and length, so that no part can pass for two, or for the end of another.
 */
export class CanonicalText {
  readonly #maxChars: number
  #text = ''
  #isTooLong = false

  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  /** Whether something was left out, because the text would be too long or a value is too deep. */
  get isTooLong(): boolean {
    return this.#isTooLong || this.#text.length > this.#maxChars
  }

  /** A text; null and undefined are none, which is something else than an empty one. */
  text(value: string | null | undefined): void {
    if (value === null || value === undefined) this.absent()
    else this.#text += `"${value.length}:${value}`
  }

  absent(): void {
    this.#text += '-'
  }

  /** Numbers are written as JavaScript writes them; undefined is none, which is something else than null. */
  value(value: Json | undefined): void {
    if (value === undefined) this.absent()
    else this.#value(value, 0)
  }

  /** The members of an object that have these names, as an object. */
  members(object: JsonObject, names: string[]): void {
    this.#members(object, names, 0)
  }

  /** SHA-256 of the text, in base64. */
  digest(): string {
    const text = this.#text
    // As UTF-8, half of a surrogate pair would be written like another one.
    return Bun.SHA256.hash(text.isWellFormed() ? text : JSON.stringify(text), 'base64')
  }

  #value(value: Json, depth: number): void {
    if (typeof value === 'string') this.#text += `"${value.length}:${value}`
    else if (typeof value === 'number') this.#text += `#${value};`
    else if (typeof value === 'bigint') this.#text += `n${value};`
    else if (typeof value === 'boolean') this.#text += value ? 't' : 'f'
    else if (value === null) this.#text += '0'
    else if (depth >= MAX_DEPTH) this.#isTooLong = true
    else if (Array.isArray(value)) this.#items(value, depth + 1)
    else this.#members(value, Object.keys(value), depth + 1)
  }

  #items(items: readonly Json[], depth: number): void {
    this.#text += `[${items.length}:`
    for (const item of items) {
      if (this.isTooLong) return
      this.#value(item, depth)
    }
  }

  #members(object: JsonObject, names: string[], depth: number): void {
    if (!isSorted(names)) names.sort()
    this.#text += `{${names.length}:`
    for (const name of names) {
      if (this.isTooLong) return
      this.#text += `${name.length}:${name}`
      this.#value(object[name] ?? null, depth)
    }
  }
}

/** Most objects come with their keys in the same order again; comparing costs less than sorting. */
function isSorted(names: readonly string[]): boolean {
  for (let at = 1; at < names.length; at++) {
    if ((names[at - 1] ?? '') > (names[at] ?? '')) return false
  }
  return true
}
