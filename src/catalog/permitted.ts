import { OrionError } from '../errors.ts'
import type { Decision } from '../versioning/lifecycle.ts'

/** What is to be done; throws what it is refused with. */
export function permitted<Plan>(decision: Decision<Plan>): Plan {
  if (decision.refused) throw new OrionError(decision.code, decision.message)
  return decision
}
