import type { JsonObject } from '../std/json.ts'
import {
  archived,
  type Decision,
  refuse,
  type StatusPlan,
  type Subject,
  type VersionState,
  withStatus,
} from './lifecycle.ts'

/** Two versions that share the traffic, the newer of which is put back. */
interface Pair {
  readonly newer: number
  readonly older: number
}

/** An order to put the newer version back. */
export interface PutBackOrder {
  readonly pair: Pair
  /** Whether it is still to be; asked when no other change can come in between. */
  readonly stands: () => boolean
  /** Why, for the audit row. */
  readonly note: JsonObject
}

/** Whether an activation leaves a version beside the new one, with which that can be compared. */
export function decideWatch({ kind, id }: Subject, plan: StatusPlan): Decision<StatusPlan> {
  if (plan.transitions.some(({ from, to }) => from === to)) return plan
  const message = `stop_when compares two versions, but no version of ${kind} '${id}' is active beside this one; leave it out`
  return refuse('BAD_REQUEST', message)
}

/** The older version answers alone again. Refused when others share the traffic by now, or none does. */
export function decidePutBack(
  subject: Subject,
  states: readonly VersionState[],
  pair: Pair,
): Decision<StatusPlan> {
  const [newer, older, ...others] = withStatus(states, 'active')
  if (newer?.version !== pair.newer || older?.version !== pair.older || others.length > 0) {
    const { kind, id } = subject
    const message = `Versions ${pair.newer} and ${pair.older} of ${kind} '${id}' do not share its traffic any more`
    return refuse('CONFLICT', message)
  }
  return {
    version: older.version,
    transitions: [archived(newer), { version: older.version, from: 'active', to: 'active', share: 100 }],
  }
}
