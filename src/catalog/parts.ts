import type { Live } from '../dispatch/live.ts'
import type { Clock } from '../std/clock.ts'
import type { Store } from '../storage/store.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'

/** What every part of the catalog works with. */
export interface Parts {
  readonly store: Store
  readonly live: Live
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly newId: () => string
}
