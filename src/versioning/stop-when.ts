import { type Static, Type } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { isObject, type Json } from '../std/json.ts'

/** Longest run that a threshold can tell. */
const MAX_MS = 3_600_000

/** When a rollout is put back by itself: the newer version is compared with the other one over the same window. */
export const StopWhen = Type.Object(
  {
    error_rate_over: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Stops when the share of failed requests is more than this above that of the other version',
      }),
    ),
    p99_over_ms: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: MAX_MS,
        description:
          'Stops when the 99th percentile is more milliseconds than this above that of the other version',
      }),
    ),
    after_requests: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Requests of the newer version that make a window',
    }),
  },
  {
    additionalProperties: false,
    description: 'Puts the rollout back by itself; at least one of the two thresholds',
    examples: [{ error_rate_over: 0.05, p99_over_ms: 200, after_requests: 500 }],
  },
)
export type StopWhen = Static<typeof StopWhen>

/** What is wrong with a `stop_when` beside its shape; absent and null are fine. `share` is what the version gets. */
export function stopWhenProblems(given: Json | undefined, share: Json | undefined): Detail[] {
  if (!isObject(given)) return []
  const path = 'stop_when'
  if (share === 100) {
    const message = 'stop_when compares two versions that share the traffic, and at 100 percent there is one'
    return [
      { path, code: 'OUT_OF_RANGE', message, expected: 'a rollout_percentage below 100, or no stop_when' },
    ]
  }
  if (Object.hasOwn(given, 'error_rate_over') || Object.hasOwn(given, 'p99_over_ms')) return []
  const expected = 'error_rate_over, p99_over_ms or both'
  return [{ path, code: 'REQUIRED', message: `stop_when names no threshold; give ${expected}`, expected }]
}
