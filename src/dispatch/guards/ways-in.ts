import type { WayIn } from '../arrival.ts'
import type { Guards } from './guards.ts'

/**
 * Which guards hold on which way in; `timeout_ms` holds on all of them. A task has no page, no credentials and no answer
 * that could be kept for others: who it acts for was asked when the work came in. Its data come from wherever the task
 * has them, so they are looked at, by `request_schema` as by `validation_logic`. A call is deduplicated only when its task
 * names a key.
 */
const HOLDS: Readonly<Record<keyof Guards, Readonly<Record<WayIn, boolean>>>> = {
  rateLimit: { http: true, channel_call: true },
  auth: { http: true, channel_call: false },
  principalRateLimit: { http: true, channel_call: false },
  origin: { http: true, channel_call: false },
  requestSchema: { http: true, channel_call: true },
  validation: { http: true, channel_call: true },
  deduplication: { http: true, channel_call: true },
  cache: { http: true, channel_call: false },
  backpressure: { http: true, channel_call: true },
}

/** The guards of a channel by way in. */
export type GuardsByWay = Readonly<Record<WayIn, Guards>>

export function guardsByWay(guards: Guards): GuardsByWay {
  return { http: held(guards, 'http'), channel_call: held(guards, 'channel_call') }
}

function held(guards: Guards, way: WayIn): Guards {
  const at = <Name extends keyof Guards>(name: Name): Guards[Name] | undefined =>
    HOLDS[name][way] ? guards[name] : undefined
  return {
    rateLimit: at('rateLimit'),
    auth: at('auth'),
    principalRateLimit: at('principalRateLimit'),
    origin: at('origin'),
    requestSchema: at('requestSchema'),
    validation: at('validation'),
    deduplication: at('deduplication'),
    cache: at('cache'),
    backpressure: at('backpressure'),
  }
}
