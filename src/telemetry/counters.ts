/** What is counted; a closed list, so that nothing of a request becomes a name. */
export type CounterName =
  | 'auth_failure'
  | 'engine'
  | 'panic'
  | 'quarantine'
  | 'reload_failure'
  | 'result_size_exceeded'
  | 'timeout'
  | 'trace_write'

export interface Counters {
  increment(name: CounterName, by?: number): void
  snapshot(): Record<CounterName, number>
}

export function openCounters(): Counters {
  const counts: Record<CounterName, number> = {
    auth_failure: 0,
    engine: 0,
    panic: 0,
    quarantine: 0,
    reload_failure: 0,
    result_size_exceeded: 0,
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
