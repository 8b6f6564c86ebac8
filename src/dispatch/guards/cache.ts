import type { ResponseCache } from '../../channel/response-cache/definition.ts'
import type { Flight, Lead } from '../../channel/response-cache/flights.ts'
import type { KeptAnswers } from '../../channel/response-cache/kept-answers.ts'
import { mayKeep } from '../../channel/response-cache/may-keep.ts'
import type { KeptAnswer, Look, Shelf, Versions } from '../../channel/response-cache/store.ts'
import { OrionError } from '../../errors.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import type { Answer } from '../answer.ts'
import type { Arrival } from '../arrival.ts'
import { granted, type Offers } from '../offers.ts'
import type { Side } from '../sides.ts'
import { type CacheKey, varyNames } from './cache-key.ts'
import type { CacheGuard, CacheHit, CacheMiss } from './guards.ts'
import type { Request } from './request.ts'
import type { StoreWatch, Watched } from './store-watch.ts'

export interface CacheGuardOptions {
  readonly config: ResponseCache
  /** Name of the channel. */
  readonly channel: string
  readonly key: CacheKey
  /** Each version of the workflow has answers of its own. */
  readonly keptOf: (side: Side | undefined) => KeptAnswers
  /** A request that asks how its run went gets a run. */
  readonly offers: Offers
  /** Longest run of the channel. */
  readonly timeoutMs: number
  readonly storeWatch: StoreWatch
}

/** Longest wait for the answer of somebody else's run. */
const MAX_WAIT_MS = 5000

const HEADER = 'x-orion-cache'

/** Gives the answer of an equal request again. Every answer says what came of it: `x-orion-cache: hit | miss | bypass`. */
export class ResponseCacheGuard implements CacheGuard {
  readonly #options: CacheGuardOptions
  readonly #watched: Watched
  /** Names of the headers in the key. */
  readonly #vary: readonly string[]
  readonly #maxWaitMs: number

  constructor(options: CacheGuardOptions) {
    this.#options = options
    this.#watched = { channel: options.channel, guard: 'cache' }
    this.#vary = varyNames(options.config)
    this.#maxWaitMs = Math.min(options.timeoutMs, MAX_WAIT_MS)
  }

  lookup(request: Request): Awaitable<CacheHit | CacheMiss | undefined> {
    const { key, keptOf, offers } = this.#options
    const { arrival } = request
    const requestKey = granted(arrival.asked, offers) === undefined ? key.of(request) : undefined
    if (requestKey === undefined) return bypass(arrival)
    const place = this.#look(keptOf(request.side), requestKey)
    return place instanceof Promise
      ? place.then(found => this.#decide(arrival, found))
      : this.#decide(arrival, place)
  }

  /** The one place that asks the store before a run; undefined is to go on without it. */
  #look(kept: KeptAnswers, requestKey: string): Awaitable<Place | undefined> {
    const { config, storeWatch } = this.#options
    const lookOn = (shelf: Shelf): Awaitable<Place> => {
      const look = shelf.look(requestKey)
      return look instanceof Promise
        ? look.then(seen => ({ kept, shelf, requestKey, look: seen }))
        : { kept, shelf, requestKey, look }
    }
    return storeWatch.guard<Place | undefined>(
      this.#watched,
      () => lookOn(kept.shelf),
      config.on_store_error ?? 'allow',
      () => lookOn(kept.local),
      () => undefined,
    )
  }

  #decide(arrival: Arrival, place: Place | undefined): Awaitable<CacheHit | CacheMiss | undefined> {
    if (place === undefined) return bypass(arrival)
    const { kept, requestKey, look } = place
    if (look.found !== undefined) return hit(arrival, look.found.answer, look.found.ageMs)
    if (this.#options.config.coalesce_misses !== true) return this.#miss(arrival, place)
    const { flights } = kept
    // What began before an invalidation is not for those who come after it.
    const flightKey = flightKeyOf(requestKey, look.versions)
    const flight = flights.find(flightKey)
    return flight === undefined
      ? this.#miss(arrival, place, flights.lead(flightKey))
      : this.#follow(arrival, place, flight)
  }

  async #follow(arrival: Arrival, place: Place, flight: Flight<KeptAnswer>): Promise<CacheHit | CacheMiss> {
    const landing = await flight.wait(this.#maxWaitMs, arrival.gone())
    if (landing === 'gone') {
      throw new OrionError('SERVICE_UNAVAILABLE', 'The caller left while its request waited for an equal one')
    }
    return landing === 'none' ? this.#miss(arrival, place) : hit(arrival, landing, 0)
  }

  #miss(arrival: Arrival, place: Place, lead?: Lead<KeptAnswer>): CacheMiss {
    arrival.addHeader(HEADER, 'miss')
    return {
      kind: 'miss',
      store: async (answer, isClean) => {
        const isKept = isClean && mayKeep(answer, this.#vary) && (await this.#put(place, answer))
        lead?.land(isKept ? answer : undefined)
      },
      abandon: () => lead?.land(undefined),
    }
  }

  /** The answer goes out whether it is kept or not. */
  #put({ kept, shelf, requestKey, look }: Place, answer: Answer): Awaitable<boolean> {
    const { storeWatch } = this.#options
    const put = () => shelf.put(requestKey, answer, look.versions)
    // That the memory of this process answers is no sign that the store does.
    if (shelf !== kept.shelf) return put()
    const notKept = () => false
    return storeWatch.guard(this.#watched, put, 'allow', notKept, notKept)
  }
}

/** What a store says of a request, and where its answer goes. */
interface Place {
  readonly kept: KeptAnswers
  readonly shelf: Shelf
  readonly requestKey: string
  readonly look: Look
}

function flightKeyOf(requestKey: string, versions: Versions): string {
  return versions.length === 0 ? requestKey : `${requestKey} ${versions.join(' ')}`
}

function hit(arrival: Arrival, answer: KeptAnswer, ageMs: number): CacheHit {
  arrival.addHeader(HEADER, 'hit')
  arrival.addHeader('age', String(Math.floor(ageMs / 1000)))
  return { kind: 'hit', answer }
}

function bypass(arrival: Arrival): undefined {
  arrival.addHeader(HEADER, 'bypass')
}
