/** What is counted; a closed list, so that nothing of a request becomes a name. */
export type CounterName =
  | 'auth_failure'
  | 'backpressure'
  | 'breaker_opened'
  | 'channel_auth'
  | 'connector_cache'
  | 'connector_db'
  | 'connector_http'
  | 'duplicate'
  | 'engine'
  | 'guard_store'
  | 'panic'
  | 'quarantine'
  | 'rate_limited'
  | 'reload_failure'
  | 'result_size_exceeded'
  | 'rollout_stop_failure'
  | 'rollout_stopped'
  | 'timeout'
  | 'trace_write'

export interface Counters {
  increment(name: CounterName, by?: number): void
  snapshot(): Record<CounterName, number>
}

export function openCounters(): Counters {
  const counts: Record<CounterName, number> = {
    auth_failure: 0,
    backpressure: 0,
    breaker_opened: 0,
    channel_auth: 0,
    connector_cache: 0,
    connector_db: 0,
    connector_http: 0,
    duplicate: 0,
    engine: 0,
    guard_store: 0,
    panic: 0,
    quarantine: 0,
    rate_limited: 0,
    reload_failure: 0,
    result_size_exceeded: 0,
    rollout_stop_failure: 0,
    rollout_stopped: 0,
    timeout: 0,
    trace_write: 0,
  }
  return {
    increment(name, by = 1) {
      counts[name] += by
    },
    snapshot: () => ({ ...counts }),
  }
}
