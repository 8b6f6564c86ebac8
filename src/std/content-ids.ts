import type { Json } from './json.ts'

/**
 * Numbers values so that two have one number only when they are equal, whatever the order of keys. Each container is
 * looked at once, so that asking for the parts of a value costs nothing after the whole.
 */
export class ContentIds {
  readonly #maxDepth: number
  readonly #ofContainer = new Map<object, number>()
  readonly #ofText = new Map<string, number>()
  #next = 0

  /** `maxDepth`: containers within containers beyond which a value is equal to nothing but itself. */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
  }

  of(value: Json): number {
    return this.#of(value, 0)
  }

  #of(value: Json, depth: number): number {
    if (typeof value !== 'object' || value === null) return this.#numbered(scalarText(value))
    const known = this.#ofContainer.get(value)
    if (known !== undefined) return known
    const isTooDeep = depth >= this.#maxDepth
    const id = isTooDeep ? this.#next++ : this.#numbered(this.#containerText(value, depth + 1))
    this.#ofContainer.set(value, id)
    return id
  }

  #containerText(value: object, depth: number): string {
    if (Array.isArray(value)) return `[${value.map((item: Json) => this.#of(item, depth)).join()}`
    const members = Object.entries(value).map(([key, member]: [string, Json]) => [
      key,
      this.#of(member, depth),
    ])
    return `{${JSON.stringify(members.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))}`
  }

  #numbered(text: string): number {
    const id = this.#ofText.get(text) ?? this.#next++
    this.#ofText.set(text, id)
    return id
  }
}

/** JSON has no negative zero that differs from zero. */
function scalarText(value: null | boolean | number | bigint | string): string {
  return typeof value === 'string' ? `"${value}` : String(value === 0 ? 0 : value)
}
