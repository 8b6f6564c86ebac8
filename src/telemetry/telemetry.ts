import type { Counters } from './counters.ts'
import type { Log } from './log.ts'

/** What an event writes to. */
export interface Telemetry {
  readonly log: Log
  readonly counters: Counters
}
