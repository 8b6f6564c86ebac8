import { type FetchKeys, KeySets } from '../../auth/channel/key-sets.ts'
import { MemoryResponseCache } from '../../channel/response-cache/memory-store.ts'
import type { ResponseCacheStore } from '../../channel/response-cache/store.ts'
import type { Config } from '../../config/schema.ts'
import type { Clock } from '../../std/clock.ts'
import { every } from '../../std/every.ts'
import type { Store } from '../../storage/store.ts'
import { keySetFailed } from '../../telemetry/events.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import { AnsweredKeys } from './answered-keys.ts'
import { type GuardStores, memoryStores } from './guard-stores.ts'
import { RuntimeRegistry } from './registry.ts'
import { StoreWatch } from './store-watch.ts'
import { StoredKeys } from './stored-keys.ts'

/** What guards keep and where; outlives every snapshot. Disposing ends its clean-ups. */
export interface GuardState extends AsyncDisposable {
  readonly registry: RuntimeRegistry
  readonly storeWatch: StoreWatch
  readonly stores: GuardStores
  readonly answeredKeys: AnsweredKeys
  readonly keySets: KeySets
  readonly responseCache: ResponseCacheStore
  /** In the memory of this process; may be the same. */
  readonly localCache: ResponseCacheStore
}

interface GuardStateNeeds {
  readonly config: Config
  readonly store: Pick<Store, 'idempotencyKeys' | 'commit'>
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly fetchKeys: FetchKeys
  /** What is left out is in memory, answered keys in `store`. */
  readonly stores: Partial<GuardStores>
}

const KEY_UPKEEP_INTERVAL_MS = 2000

export function openGuardState({
  config,
  store,
  telemetry,
  clock,
  fetchKeys,
  stores,
}: GuardStateNeeds): GuardState {
  const { cache_max_bytes, cache_max_entries, cache_cleanup_interval_secs } = config.engine
  const localCache = new MemoryResponseCache({
    clock,
    maxBytes: cache_max_bytes,
    maxEntries: cache_max_entries,
  })
  const keyStore = stores.answeredKeys ?? new StoredKeys(store)
  const answeredKeys = new AnsweredKeys({ store: keyStore, clock, telemetry })
  const opened = new AsyncDisposableStack()
  opened.use(every(cache_cleanup_interval_secs * 1000, () => localCache.sweep()))
  const registry = new RuntimeRegistry()
  const upkeep = async () => {
    await Promise.all([answeredKeys, ...registry.answeredKeys.all].map(keys => keys.tick()))
  }
  opened.use(every(KEY_UPKEEP_INTERVAL_MS, upkeep))
  return {
    registry,
    storeWatch: new StoreWatch(telemetry),
    stores: { ...memoryStores(clock), ...stores },
    answeredKeys,
    keySets: new KeySets({
      fetch: fetchKeys,
      clock,
      failed: (url, error) => keySetFailed(telemetry, url, error),
    }),
    responseCache: stores.responses ?? localCache,
    localCache,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
