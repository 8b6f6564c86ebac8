import {
  archived,
  type Decision,
  label,
  left,
  nextVersion,
  refuse,
  type StatusPlan,
  type Subject,
  type Transition,
  unknown,
  type VersionState,
  withStatus,
} from './lifecycle.ts'

/** Decides which percentage of the traffic the newer of two active versions gets, 1 to 100 (contract 3.8). */
export function decideShare(
  subject: Subject,
  states: readonly VersionState[],
  share: number,
): Decision<StatusPlan> {
  const [newer, older, ...others] = withStatus(states, 'active')
  if (newer === undefined) {
    return refuse('BAD_REQUEST', `No active versions found for ${subject.kind} '${subject.id}'`)
  }
  if (older === undefined && share < 100) {
    return refuse('BAD_REQUEST', 'Cannot set partial rollout with only one active version')
  }
  const { version } = newer
  const before: Transition[] = older === undefined ? [] : [share < 100 ? left(older, share) : archived(older)]
  const isSo = older === undefined && newer.rolloutPercentage === share
  const given: Transition[] = isSo ? [] : [{ version, from: 'active', to: 'active', share }]
  return { version, transitions: [...before, ...others.map(archived), ...given] }
}

/** A new version that is active alone, with the content of `copyOf`. */
export interface RollbackPlan {
  readonly copyOf: number
  readonly version: number
  readonly transitions: readonly Transition[]
}

/** Decides whether an earlier version comes back as a new one. A draft stays what it is. */
export function decideRollback(
  subject: Subject,
  states: readonly VersionState[],
  version: number,
): Decision<RollbackPlan> {
  const target = states.find(state => state.version === version)
  const active = withStatus(states, 'active')
  if (states.length === 0) return unknown(subject)
  if (target === undefined) return refuse('NOT_FOUND', `${label(subject)} has no version ${version}`)
  if (target.status === 'draft') {
    return refuse(
      'CONFLICT',
      `${label(subject)} version ${version} is the draft, which was never active; activate it instead`,
    )
  }
  if (active.length === 1 && active[0] === target) {
    return refuse(
      'CONFLICT',
      `${label(subject)} version ${version} answers all of the traffic already; name an earlier version`,
    )
  }
  return { copyOf: version, version: nextVersion(states), transitions: active.map(archived) }
}
