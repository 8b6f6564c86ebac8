import { isObject, type Json, type JsonObject, setOwn } from '../../std/json.ts'
import type { Privacy } from './explanation.ts'

/** What stands for a secret. */
export const HIDDEN = '******'

interface Bounds {
  readonly chars: number
  readonly items: number
  readonly keys: number
  readonly depth: number
  /** Values in all. */
  readonly parts: number
}

const OF_VALUES: Bounds = { chars: 200, items: 8, keys: 20, depth: 6, parts: 60 }
const OF_RULES: Bounds = { chars: 200, items: 40, keys: 40, depth: 40, parts: 200 }
/** Credentials are looked for in this much of a text that is cut. */
const SEARCHED_CHARS = 4000

/** A copy that is small, whatever the value is: long texts, arrays and objects say how much more there was. */
export function shown(value: Json, privacy: Privacy | undefined): Json {
  return new Shortener(OF_VALUES, privacy).show(value, 0)
}

/** A rule; a text that is compared or joined with a secret may be the secret, so it is hidden, too. */
export function shownRule(rule: Json, privacy: Privacy | undefined): Json {
  const open = privacy === undefined ? rule : withoutSecretTexts(rule, privacy, 0)
  return new Shortener(OF_RULES, privacy).show(open, 0)
}

class Shortener {
  private left: number
  private readonly bounds: Bounds
  private readonly privacy: Privacy | undefined

  constructor(bounds: Bounds, privacy: Privacy | undefined) {
    this.left = bounds.parts
    this.bounds = bounds
    this.privacy = privacy
  }

  show(value: Json, depth: number): Json {
    this.left--
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return this.array(value, depth)
    return this.object(value, depth)
  }

  private text(value: string): string {
    const { chars } = this.bounds
    const open = this.privacy === undefined ? value : this.privacy.text(value.slice(0, SEARCHED_CHARS))
    if (value.length <= chars) return open
    return `${open.slice(0, chars).toWellFormed()}… (${value.length} characters)`
  }

  private array(items: readonly Json[], depth: number): Json {
    if (items.length > 0 && (depth >= this.bounds.depth || this.left <= 0)) return `[… ${items.length} items]`
    const copy: Json[] = []
    for (const item of items) {
      if (copy.length >= this.bounds.items || this.left <= 0) break
      copy.push(this.show(item, depth + 1))
    }
    const more = items.length - copy.length
    return more === 0 ? copy : [...copy, `… ${more} more`]
  }

  private object(object: JsonObject, depth: number): Json {
    const keys = Object.keys(object)
    if (keys.length > 0 && (depth >= this.bounds.depth || this.left <= 0)) return `{… ${keys.length} keys}`
    const copy: JsonObject = {}
    let copied = 0
    for (const key of keys) {
      if (copied >= this.bounds.keys || this.left <= 0) break
      const hidden = this.privacy?.hides(key) === true
      setOwn(copy, this.text(key), hidden ? HIDDEN : this.show(object[key] ?? null, depth + 1))
      copied++
    }
    if (copied < keys.length) setOwn(copy, '…', `${keys.length - copied} more`)
    return copy
  }
}

/** Operators whose texts are names of variables. */
const NAMING = new Set(['val', 'exists', 'missing'])

/** `beside` a secret every text is hidden, but the names of variables. */
function withoutSecretTexts(rule: Json, privacy: Privacy, depth: number, beside = false): Json {
  if (typeof rule === 'string') return beside ? HIDDEN : rule
  if (typeof rule !== 'object' || rule === null || depth > OF_RULES.depth) return rule
  if (Array.isArray(rule)) {
    const hides = beside || rule.some(part => readsSecret(part, privacy))
    return rule.map(part => withoutSecretTexts(part, privacy, depth + 1, hides))
  }
  const { var: name } = rule
  if (name !== undefined) return Array.isArray(name) ? { var: withoutDefault(name, rule, privacy) } : rule
  const copy: JsonObject = {}
  for (const [key, part] of Object.entries(rule)) {
    setOwn(copy, key, NAMING.has(key) ? part : withoutSecretTexts(part, privacy, depth + 1, beside))
  }
  return copy
}

/** What stands in for a secret that is absent is one, too. */
function withoutDefault(args: readonly Json[], rule: JsonObject, privacy: Privacy): Json[] {
  const hides = readsSecret(rule, privacy)
  return args.map((arg, index) => (hides && index > 0 ? HIDDEN : arg))
}

function readsSecret(rule: Json, privacy: Privacy): boolean {
  if (!isObject(rule)) return false
  const read = rule.var ?? rule.val
  const parts = Array.isArray(read) ? read : [read]
  return parts.some(part => typeof part === 'string' && part.split('.').some(name => privacy.hides(name)))
}

/** Whether something under the name of a secret is in the value; one that is too large to tell counts as such. */
export function holdsSecret(value: Json, privacy: Privacy): boolean {
  let left = 1000
  const search = (part: Json): boolean => {
    if (typeof part !== 'object' || part === null) return false
    if (--left < 0) return true
    if (Array.isArray(part)) return part.some(search)
    for (const key in part) {
      if (--left < 0 || privacy.hides(key) || search(part[key] ?? null)) return true
    }
    return false
  }
  return search(value)
}
