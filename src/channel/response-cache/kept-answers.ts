import { Flights } from './flights.ts'
import type { KeptAnswer, ResponseCacheStore, Shelf, ShelfSettings } from './store.ts'

export interface CacheStores {
  readonly responseCache: ResponseCacheStore
  /** In the memory of this process; may be the same. */
  readonly localCache: ResponseCacheStore
}

/** What a channel keeps from one snapshot to the next. */
export interface KeptAnswers extends Disposable {
  readonly shelf: Shelf
  /** For when the store of `shelf` fails. */
  readonly local: Shelf
  /** Runs whose answers others wait for. */
  readonly flights: Flights<KeptAnswer>
}

export function openKeptAnswers(
  { responseCache, localCache }: CacheStores,
  settings: ShelfSettings,
): KeptAnswers {
  const shelf = responseCache.open(settings)
  const local = localCache === responseCache ? shelf : localCache.open(settings)
  return {
    shelf,
    local,
    flights: new Flights(),
    [Symbol.dispose]() {
      shelf[Symbol.dispose]()
      local[Symbol.dispose]()
    },
  }
}
