import type { KeySets } from '../../auth/channel/key-sets.ts'
import type { ChannelConfig } from '../../channel/definition.ts'
import type { CacheStores } from '../../channel/response-cache/kept-answers.ts'
import type { GuardCaches } from '../../connector/live/guard-caches.ts'
import type { Limits } from '../../expression/expression.ts'
import type { Clock } from '../../std/clock.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { Offers } from '../offers.ts'
import type { Side } from '../sides.ts'
import type { AnsweredKeys } from './answered-keys.ts'
import type { GuardStores } from './guard-stores.ts'
import type { RuntimeRegistry } from './registry.ts'
import type { StoreWatch } from './store-watch.ts'

/** What guards are opened with. */
export interface GuardNeeds extends CacheStores {
  readonly limits: Limits
  readonly registry: RuntimeRegistry
  readonly stores: GuardStores
  /** Where those guards keep their state that name a connector. */
  readonly caches: GuardCaches
  readonly answeredKeys: AnsweredKeys
  /** Asks the stores. */
  readonly storeWatch: StoreWatch
  /** Keys that tokens of callers are checked with. */
  readonly keySets: KeySets
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** The channel that guards are opened for. */
export interface Guarded {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly config: ChannelConfig
  /** Longest run. */
  readonly timeoutMs: number
  readonly offers: Offers
  /** The versions of its workflow that answer. */
  readonly sides: readonly Side[]
}
