import type { Detail } from '../errors.ts'
import type { Json } from '../std/json.ts'

/** What is wrong with a share of the traffic, beside its type (contract 3.7, 3.8). */
export function shareProblems(percentage: Json | undefined, minimum: 0 | 1): Detail[] {
  if (typeof percentage !== 'number' || (minimum <= percentage && percentage <= 100)) return []
  return [
    {
      path: 'rollout_percentage',
      code: 'OUT_OF_RANGE',
      message: `rollout_percentage must be between ${minimum} and 100`,
      expected: `an integer from ${minimum} to 100`,
      got: percentage,
    },
  ]
}
