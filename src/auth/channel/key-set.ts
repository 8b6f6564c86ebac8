import { OrionError } from '../../errors.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import type { Clock } from '../../std/clock.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { parseJson } from '../../std/parse-json.ts'
import type { JwtAlgorithm } from './definition.ts'
import { type JwtKey, readJwtKey } from './jwt-key.ts'

interface KeySetNeeds {
  /** The text of a JWK set. Rejects when it cannot be had; ends by itself. */
  readonly fetch: () => Promise<Uint8Array>
  readonly clock: Clock
  /** Hears of each fetch that gave no set, and why. */
  readonly failed: (error: unknown) => void
}

/** How old a set may get before it is fetched again, while the old one goes on serving. */
const FRESH_MS = 600_000
/** How old it may get when fetching fails again and again: by then a key that was taken back must be gone. */
const LONGEST_MS = 86_400_000
/** Between two fetches, whatever tokens name. */
const PAUSE_MS = 30_000
/** Between two fetches while there is no set at all. */
const FIRST_PAUSE_MS = 1000
const MAX_KEYS = 100

/**
 * The keys behind one URL (RFC 7517, 5). Fetched when they are needed first, again when they are old, and when a token
 * names a key that is not among them: once at a time and never more often than the pause, whoever sends what.
 */
export class KeySet {
  readonly #needs: KeySetNeeds
  #set: Fetched | undefined
  #fetching: Promise<void> | undefined
  /** Monotonic: before it nothing is fetched. */
  #pauseUntilMs = Number.NEGATIVE_INFINITY

  constructor(needs: KeySetNeeds) {
    this.#needs = needs
  }

  /** Keys that may have signed; a promise where they have to be fetched first. SERVICE_UNAVAILABLE when there is no set. */
  keys(kid: string | undefined, algorithm: JwtAlgorithm): Awaitable<readonly JwtKey[]> {
    const ageMs = this.#ageMs()
    if (this.#set === undefined || ageMs > LONGEST_MS) return this.#afterFetch(kid, algorithm)
    const found = this.#set.keys(kid, algorithm)
    if (found.length === 0 && kid !== undefined && this.#mayFetch()) return this.#afterFetch(kid, algorithm)
    if (ageMs > FRESH_MS && this.#mayFetch()) void this.#fetch()
    return found
  }

  async #afterFetch(kid: string | undefined, algorithm: JwtAlgorithm): Promise<readonly JwtKey[]> {
    if (this.#mayFetch()) await this.#fetch()
    if (this.#set !== undefined && this.#ageMs() <= LONGEST_MS) return this.#set.keys(kid, algorithm)
    throw new OrionError('SERVICE_UNAVAILABLE', 'The keys that tokens are checked with cannot be fetched', {
      headers: { 'retry-after': '1' },
    })
  }

  #ageMs(): number {
    return this.#set === undefined ? 0 : this.#needs.clock.monotonic() - this.#set.fetchedAtMs
  }

  /** Whoever comes while a fetch is under way waits for it. */
  #mayFetch(): boolean {
    return this.#fetching !== undefined || this.#needs.clock.monotonic() >= this.#pauseUntilMs
  }

  /** Never rejects: what was known goes on serving. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#read().finally(() => {
      const pauseMs = this.#set === undefined ? FIRST_PAUSE_MS : PAUSE_MS
      this.#pauseUntilMs = this.#needs.clock.monotonic() + pauseMs
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #read(): Promise<void> {
    try {
      const members = membersOf(parseJson(await this.#needs.fetch()))
      if (members === undefined) throw new TypeError('it is no JWK set with keys for signatures')
      this.#set = new Fetched(members, this.#needs.clock.monotonic())
    } catch (error) {
      this.#needs.failed(error)
    }
  }
}

/** One answer of the URL; keys are read when an algorithm asks for them first. */
class Fetched {
  readonly fetchedAtMs: number
  readonly #members: readonly JsonObject[]
  readonly #byAlgorithm = new Map<JwtAlgorithm, readonly JwtKey[]>()

  constructor(members: readonly JsonObject[], fetchedAtMs: number) {
    this.#members = members
    this.fetchedAtMs = fetchedAtMs
  }

  /** Those with this `kid`, or when there are none those without; all of them for a token without. */
  keys(kid: string | undefined, algorithm: JwtAlgorithm): readonly JwtKey[] {
    const all = this.#of(algorithm)
    if (kid === undefined) return all
    const named = all.filter(key => key.kid === kid)
    return named.length > 0 ? named : all.filter(key => key.kid === undefined)
  }

  #of(algorithm: JwtAlgorithm): readonly JwtKey[] {
    const known = this.#byAlgorithm.get(algorithm)
    if (known !== undefined) return known
    const keys = this.#members.flatMap(member => {
      const read = readJwtKey(algorithm, JSON.stringify(member))
      return 'problem' in read ? [] : [read]
    })
    this.#byAlgorithm.set(algorithm, keys)
    return keys
  }
}

/** Public keys for signatures; undefined for what is no set, or one without them. */
function membersOf(set: Json): JsonObject[] | undefined {
  const keys = isObject(set) ? own(set, 'keys') : undefined
  if (!Array.isArray(keys)) return undefined
  const members = keys.filter(isObject).filter(key => (own(key, 'use') ?? 'sig') === 'sig')
  return members.length === 0 ? undefined : members.slice(0, MAX_KEYS)
}
