import type { Json } from '../../../../std/json.ts'

/** Reads arrays in the text of PostgreSQL: `{1,NULL,"a \"b\"",{…}}`, with or without bounds before it. */
class ArrayReader {
  readonly #text: string
  readonly #delimiter: string
  readonly #item: (text: string) => Json
  #at: number

  constructor(text: string, delimiter: string, item: (text: string) => Json) {
    this.#text = text
    this.#delimiter = delimiter
    this.#item = item
    this.#at = text.indexOf('{')
  }

  list(): Json[] {
    const items: Json[] = []
    this.#at++
    while (this.#at < this.#text.length && this.#text[this.#at] !== '}') {
      items.push(this.#value())
      if (this.#text[this.#at] === this.#delimiter) this.#at++
    }
    this.#at++
    return items
  }

  #value(): Json {
    const first = this.#text[this.#at]
    if (first === '{') return this.list()
    if (first === '"') return this.#item(this.#quoted())
    const from = this.#at
    while (this.#at < this.#text.length && !this.#isEnd(this.#text[this.#at])) this.#at++
    const word = this.#text.slice(from, this.#at)
    return word === 'NULL' ? null : this.#item(word)
  }

  #isEnd(char: string | undefined): boolean {
    return char === this.#delimiter || char === '}'
  }

  #quoted(): string {
    let word = ''
    let from = ++this.#at
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]
      if (char === '"') break
      if (char !== '\\') continue
      word += this.#text.slice(from, this.#at)
      from = ++this.#at
    }
    word += this.#text.slice(from, this.#at)
    this.#at++
    return word
  }
}

/** Nested as deep as the array has dimensions. */
export function readArray(text: string, delimiter: string, item: (text: string) => Json): Json[] {
  return new ArrayReader(text, delimiter, item).list()
}

/** `item` gives the text of what is no list; null is NULL. */
export function writeArray(
  items: readonly Json[],
  delimiter: string,
  item: (value: Json) => string | null,
): string {
  const texts = items.map(value => {
    if (Array.isArray(value)) return writeArray(value, delimiter, item)
    const text = value === null ? null : item(value)
    return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`
  })
  return `{${texts.join(delimiter)}}`
}
