import { MemoryKeys } from '../../src/channel/deduplication/memory-keys.ts'
import { MemoryBuckets } from '../../src/channel/rate-limit/memory-buckets.ts'
import { MemoryResponseCache } from '../../src/channel/response-cache/memory-store.ts'
import type { GuardStores } from '../../src/dispatch/guards/guard-stores.ts'
import type { Awaitable } from '../../src/std/awaitable.ts'
import type { Clock } from '../../src/std/clock.ts'

/** Stores of guards that keep what they have, and answer only while they are not down. */
export interface FailingStores {
  isDown: boolean
  readonly stores: GuardStores
}

export function openFailingStores(clock: Clock): FailingStores {
  const stores: FailingStores = {
    isDown: false,
    stores: {
      buckets(rate) {
        const memory = new MemoryBuckets(rate, clock)
        return { take: async key => ask(() => memory.take(key)) }
      },
      responses: responses(clock, ask),
      answeredKeys: answeredKeys(ask),
    },
  }
  /** A store that is elsewhere answers later. */
  async function ask<Value>(answer: () => Awaitable<Value>): Promise<Value> {
    if (stores.isDown) throw new Error('No route to the store')
    return answer()
  }
  return stores
}

type Ask = <Value>(answer: () => Awaitable<Value>) => Promise<Value>

function responses(clock: Clock, ask: Ask): GuardStores['responses'] {
  const memory = new MemoryResponseCache({ clock, maxBytes: 1_000_000, maxEntries: 1000 })
  return {
    name: 'elsewhere',
    invalidate: namespace => ask(() => memory.invalidate(namespace)),
    open(settings) {
      const shelf = memory.open(settings)
      return {
        look: key => ask(() => shelf.look(key)),
        put: (key, answer, versions) => ask(() => shelf.put(key, answer, versions)),
        [Symbol.dispose]: () => shelf[Symbol.dispose](),
      }
    },
  }
}

function answeredKeys(ask: Ask): GuardStores['answeredKeys'] {
  const memory = new MemoryKeys({ maxKeys: 1000, maxBytes: 1_000_000 })
  return {
    find: (channelId, key, nowMs) => ask(() => memory.find(channelId, key, nowMs)),
    remember: key => ask(() => memory.remember(key)),
    removeExpired: () => false,
  }
}
