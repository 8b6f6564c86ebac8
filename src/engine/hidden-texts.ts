import { HIDDEN } from '../expression/explain/show.ts'
import { isObject, type Json, type JsonObject, setOwn } from '../std/json.ts'

/** A text that is cut may hold the beginning of a secret; so much of one tells nothing. */
const TOLD_CHARS = 3

/** Texts that must not be seen, however they are written. */
export class HiddenTexts {
  readonly #forms: readonly string[]

  constructor(values: Iterable<string>) {
    const forms = [...values].flatMap(formsOf).filter(form => form !== '')
    this.#forms = [...new Set(forms)].toSorted((a, b) => b.length - a.length)
  }

  /** The text with `******` in their places, also in those of one that is cut. */
  hide(text: string): string {
    let open = text
    for (const form of this.#forms) open = open.replaceAll(form, HIDDEN)
    for (const form of this.#forms) open = withoutBeginnings(open, form)
    return open
  }

  json(value: Json): Json {
    if (typeof value === 'string') return this.hide(value)
    if (typeof value === 'number' || typeof value === 'bigint') {
      const text = String(value)
      return this.hide(text) === text ? value : HIDDEN
    }
    if (Array.isArray(value)) return value.map(item => this.json(item))
    if (!isObject(value)) return value
    const copy: JsonObject = {}
    for (const [key, member] of Object.entries(value)) setOwn(copy, this.hide(key), this.json(member))
    return copy
  }
}

/** As JSON, in URLs, and as bytes are written. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const encoded = encodeURIComponent(value.toWellFormed())
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encoded,
    encoded.replaceAll('%20', '+'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

/** Each beginning of `form` that is long enough to tell of it, the longest ones first. */
function withoutBeginnings(text: string, form: string): string {
  let open = text
  for (;;) {
    const length = longestBeginning(open, form)
    const beginning = form.slice(0, length)
    if (length <= TOLD_CHARS || HIDDEN.includes(beginning)) return open
    open = open.replaceAll(beginning, HIDDEN)
  }
}

/** Where a beginning stands so do all shorter ones. */
function longestBeginning(text: string, form: string): number {
  let [least, most] = [0, form.length]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (text.includes(form.slice(0, middle))) least = middle
    else most = middle - 1
  }
  return least
}
