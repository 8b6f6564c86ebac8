import type { KeySets } from '../../auth/channel/key-sets.ts'
import type { ChannelConfig } from '../../channel/definition.ts'
import type { Limits } from '../../expression/expression.ts'
import type { Clock } from '../../std/clock.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { AnsweredKeys } from './answered-keys.ts'
import type { GuardStores } from './guard-stores.ts'
import type { CachedChannel, ResponseCacheNeeds } from './open-response-cache.ts'
import type { RuntimeRegistry } from './registry.ts'
import type { StoreWatch } from './store-watch.ts'

/** What guards are opened with. */
export interface GuardNeeds extends ResponseCacheNeeds {
  readonly limits: Limits
  readonly registry: RuntimeRegistry
  readonly stores: GuardStores
  readonly answeredKeys: AnsweredKeys
  /** Asks the stores. */
  readonly storeWatch: StoreWatch
  /** Keys that tokens of callers are checked with. */
  readonly keySets: KeySets
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** The channel that guards are opened for. */
export interface Guarded extends CachedChannel {
  readonly id: string
  readonly name: string
  readonly config: ChannelConfig
}
