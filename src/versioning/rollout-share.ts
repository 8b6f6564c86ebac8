import type { Detail } from '../errors.ts'
import type { Json } from '../std/json.ts'
import { notAvailable } from './not-available.ts'

/** What is wrong with the share of an activation; until versions split traffic, 100 is the only one (contract 3.7). */
export function shareProblems(percentage: Json | undefined): Detail[] {
  const path = 'rollout_percentage'
  if (typeof percentage !== 'number' || percentage === 100) return []
  if (percentage < 0 || percentage > 100) {
    return [
      {
        path,
        code: 'OUT_OF_RANGE',
        message: 'rollout_percentage must be between 0 and 100',
        expected: 'an integer from 0 to 100',
        got: percentage,
      },
    ]
  }
  return [{ ...notAvailable(path, 'A rollout below 100', '100'), got: percentage }]
}
