import type { JsonObject } from '../../src/std/json.ts'
import type { Need } from '../harness/needs.ts'

/** A system that connectors reach, and what to ask it; the faults are the same for all of them. */
export interface FarSystem {
  readonly name: string
  /** What the machine needs to start one. */
  readonly needs: readonly Need[]
  start(): Promise<RunningSystem>
  /** Type and config of a connector that reaches it at `url`. */
  connector(url: string): { readonly connector_type: string; readonly config: JsonObject }
  /** A task over the connector `far` that may be done twice. */
  readonly read: JsonObject
  /** One that may not, and adds one to {@link RunningSystem.writes}. */
  readonly write: JsonObject
}

/** One of its own for each row of the matrix: it is stopped and started again. */
export interface RunningSystem extends AsyncDisposable {
  readonly url: string
  stop(): Promise<void>
  start(): Promise<void>
  /** How often {@link FarSystem.write} was done, asked without a proxy in between. */
  writes(): Promise<number>
}
