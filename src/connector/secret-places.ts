import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { MASK } from './secret-text.ts'

/** Where a kind of configuration keeps its secrets. `Place` is what the position of a value says about it. */
export interface SecretPlaces<Place> {
  /** Place of a member of `object`, which itself stands at `parent`. */
  member(name: string, parent: Place, object: JsonObject): Place
  /** Place of the items of a list. */
  item(parent: Place): Place
  /** Whether such a value reads `******`. */
  hides(place: Place, value: Json): boolean
  /** True where nothing can be secret. */
  isPlain(place: Place): boolean
  /** A text that is not hidden, with what is secret inside it masked. */
  maskText(text: string): string
  /** Its inverse; undefined when a mask in it has nothing behind it. */
  restoreText(text: string, stored: string | undefined): string | undefined
  /** True where `A` and `a` are one name. */
  ignoresCase(place: Place): boolean
}

/** The members of an object as anybody may see them. */
export function maskMembers<Place>(
  object: JsonObject,
  place: Place,
  places: SecretPlaces<Place>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      maskValue(value, places.member(name, place, object), places),
    ]),
  )
}

function maskValue<Place>(value: Json, place: Place, places: SecretPlaces<Place>): Json {
  if (places.hides(place, value)) return MASK
  if (places.isPlain(place)) return value
  if (isObject(value)) return maskMembers(value, place, places)
  if (Array.isArray(value)) return value.map(item => maskValue(item, places.item(place), places))
  return typeof value === 'string' ? places.maskText(value) : value
}

/** Puts stored secrets in the places of their masks; notes each mask that has nothing behind it. */
export class MaskKeeper<Place> {
  readonly problems: Detail[] = []
  readonly #places: SecretPlaces<Place>

  constructor(places: SecretPlaces<Place>) {
    this.#places = places
  }

  /** `path` is that of the object. */
  members(object: JsonObject, stored: JsonObject | undefined, place: Place, path: string): JsonObject {
    return Object.fromEntries(
      Object.entries(object).map(([name, value]) => {
        const before = stored && this.#storedMember(stored, name, place)
        return [name, this.#value(value, before, this.#places.member(name, place, object), `${path}.${name}`)]
      }),
    )
  }

  #value(value: Json, stored: Json | undefined, place: Place, path: string): Json {
    if (this.#places.isPlain(place)) return value
    if (value === MASK) {
      if (stored !== undefined && maskValue(stored, place, this.#places) === MASK) return stored
      return this.#nothingStored(value, path)
    }
    if (typeof value === 'string') {
      const before = typeof stored === 'string' ? stored : undefined
      return this.#places.restoreText(value, before) ?? this.#nothingStored(value, path)
    }
    if (Array.isArray(value)) return this.#items(value, Array.isArray(stored) ? stored : [], place, path)
    if (isObject(value)) return this.members(value, isObject(stored) ? stored : undefined, place, path)
    return value
  }

  /**
   * An item is kept from the stored one in its position when that reads the same, else from the first other one that
   * does and is not kept yet, else from the one in its position.
   */
  #items(items: readonly Json[], stored: readonly Json[], place: Place, path: string): Json[] {
    const inner = this.#places.item(place)
    const reads = stored.map(item => JSON.stringify(maskValue(item, inner, this.#places)))
    const texts = items.map(item => JSON.stringify(item))
    const kept = new Set(texts.flatMap((text, at) => (reads[at] === text ? [at] : [])))
    return items.map((item, at) => {
      const isSame = reads[at] === texts[at]
      const other = isSame ? -1 : reads.findIndex((read, index) => read === texts[at] && !kept.has(index))
      if (other >= 0) kept.add(other)
      return this.#value(item, stored[other >= 0 ? other : at], inner, `${path}[${at}]`)
    })
  }

  #storedMember(stored: JsonObject, name: string, place: Place): Json | undefined {
    if (Object.hasOwn(stored, name)) return stored[name]
    if (!this.#places.ignoresCase(place)) return undefined
    const lower = name.toLowerCase()
    return Object.entries(stored).find(([other]) => other.toLowerCase() === lower)?.[1]
  }

  #nothingStored(value: Json, path: string): Json {
    this.problems.push({
      path,
      code: 'INVALID_FORMAT',
      message: `${path} is masked (${MASK}), and no secret is stored there to keep; send the secret itself`,
      expected: 'the secret itself',
    })
    return value
  }
}
