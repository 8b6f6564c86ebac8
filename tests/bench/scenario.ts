import type { Client } from '../harness/client.ts'
import type { Traffic } from './wrk.ts'

export const TRACE_MODES = ['off', 'sync'] as const
export type TraceMode = (typeof TRACE_MODES)[number]

export interface Bounds {
  /** Least share of the bare server's requests per second. */
  readonly ofBare: number
  readonly p99Ms?: number
}

/** One kind of traffic, the definitions that it needs, and what it is to reach. */
export interface Scenario {
  readonly name: string
  readonly traffic: Traffic
  /** `far` is the URL of a server that answers a JSON body with the same. */
  declare(client: Client, far: string): Promise<void>
  readonly toReach?: Readonly<Record<TraceMode, Bounds>>
  /** Trace modes that it is measured in; all when left out. */
  readonly modes?: readonly TraceMode[]
  /** Whether it calls `far`; then a bare proxy is measured, too. */
  readonly callsOut?: boolean
  /** Another scenario of the same run that it is compared with, or `proxy`. */
  readonly beside?: { readonly name: string; readonly atLeast: number }
  /** The engine is reloaded that often during the load. */
  readonly reloadEveryMs?: number
}
