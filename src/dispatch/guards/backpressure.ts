import { OrionError } from '../../errors.ts'
import type { Permits } from '../../std/permits.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { BackpressureGuard, Permit } from './guards.ts'

/** Lets no more than so many runs of a channel go on at a time. */
export function openBackpressure(
  permits: Permits,
  channel: string,
  { counters }: Telemetry,
): BackpressureGuard {
  const admitted = (permit: Permit | undefined): Permit => {
    if (permit !== undefined) return permit
    counters.increment('backpressure')
    throw new OrionError('SERVICE_UNAVAILABLE', `Channel '${channel}' is at capacity`, {
      headers: { 'retry-after': '1' },
    })
  }
  return {
    enter(arrival) {
      const taken = permits.take(() => arrival.gone())
      return taken instanceof Promise ? taken.then(admitted) : admitted(taken)
    },
  }
}
