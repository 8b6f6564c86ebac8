import type { Clients, KindName } from '../kinds/index.ts'

/** A call as a task makes it. */
export interface ConnectorCall {
  /** Name of the channel whose run calls. */
  readonly channel: string
  /** What it does there: `read`, `insert`, `GET`. */
  readonly operation: string
  /** What else it does there. */
  readonly alsoDoes?: readonly string[] | undefined
  /** Whether it may happen twice. */
  readonly isRepeatable: boolean
  /** When the call does not say it, the connector's own retries hold. */
  readonly maxRetries?: number | undefined
  /** Monotonic: the end of the run. */
  readonly deadlineAt: number
  /** Aborts when the run is over, or its caller is gone. */
  readonly signal: AbortSignal
}

/** The connectors that a run may use. */
export interface ConnectorCalls {
  /**
   * Calls over a connector with all that stands around it: operations, places, breaker, retries, deadline. `attempt` is
   * one try; what it rejects with that is no ConnectorError is a defect. Rejects with ConnectorError.
   */
  call<Name extends KindName, Result>(
    connector: string,
    kind: Name,
    call: ConnectorCall,
    attempt: (client: Clients[Name], signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>
}
