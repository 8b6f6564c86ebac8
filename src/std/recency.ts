/** Where a thing stands in a {@link Recency}. */
export class Place<Item> {
  readonly item: Item
  newer: Place<Item> | undefined = undefined
  older: Place<Item> | undefined = undefined

  constructor(item: Item) {
    this.item = item
  }
}

/**
 * Things in the order in which they were used last. Every step takes the same short time; a Map or Set that loses its
 * first entries does not do for that, because each look for its first one walks over the holes that they left.
 */
export class Recency<Item> {
  #oldest: Place<Item> | undefined
  #newest: Place<Item> | undefined

  /** What was not used for longest. */
  get oldest(): Place<Item> | undefined {
    return this.#oldest
  }

  /** A new thing, used now. */
  add(item: Item): Place<Item> {
    const place = new Place(item)
    this.#append(place)
    return place
  }

  /** It is used now. */
  touch(place: Place<Item>): void {
    if (place === this.#newest) return
    this.remove(place)
    this.#append(place)
  }

  /** Once only. */
  remove(place: Place<Item>): void {
    const { older, newer } = place
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    place.older = undefined
    place.newer = undefined
  }

  #append(place: Place<Item>): void {
    place.older = this.#newest
    if (this.#newest === undefined) this.#oldest = place
    else this.#newest.newer = place
    this.#newest = place
  }
}
