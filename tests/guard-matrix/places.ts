import type { GuardStores } from '../../src/dispatch/guards/guard-stores.ts'
import type { JsonObject } from '../../src/std/json.ts'
import type { PrivateService } from '../harness/backing.ts'
import type { Client } from '../harness/client.ts'
import type { HandClock } from '../harness/hand-clock.ts'
import { openFailingStores } from './failing-stores.ts'
import type { GuardKey } from './script.ts'

/** Where guards keep what they remember, and what makes it fail. */
export interface Place {
  readonly guardStores: Partial<GuardStores>
  /** Declares what the guard needs, and says where its state goes. */
  declare(client: Client, key: GuardKey, config: JsonObject): Promise<JsonObject>
  turn(isDown: boolean): Promise<void>
}

/** Stores of the server itself. */
export function failingStores(clock: HandClock): Place {
  const failing = openFailingStores(clock)
  return {
    guardStores: failing.stores,
    declare: async (_client, _key, config) => config,
    async turn(isDown) {
      failing.isDown = isDown
    },
  }
}

/** The longest time that a Redis which was away is left alone. */
const LONGEST_HOLD_SECS = 1

/** A cache connector on a Redis that is stopped and started. */
export function onRedis(service: PrivateService): (clock: HandClock) => Place {
  return clock => ({
    guardStores: {},
    async declare(client, key, config) {
      const { status, text } = await client.admin('POST', 'connectors', {
        id: 'state',
        name: 'state',
        connector_type: 'cache',
        config: { backend: 'redis', url: service.url },
      })
      if (status !== 201) throw new Error(`Cannot declare the connector: ${status} ${text}`)
      const guard = config[key]
      return { ...config, [key]: { ...(typeof guard === 'object' && guard), connector: 'state' } }
    },
    async turn(isDown) {
      if (isDown) return await service.stop()
      await service.start()
      clock.advance(LONGEST_HOLD_SECS)
    },
  })
}
