import type { Status } from '../../versioning/status.ts'

/** A version that stands: active, the draft, or the newest one. */
export interface StandingVersion {
  readonly version: number
  readonly status: Status
  /** Share of the traffic, in percent; 100 for what does not share. */
  readonly share: number
}

/** One thing to be done to the versions of a definition; they are done in their order. */
export type Step =
  /** A version with the wanted content. */
  | { readonly do: 'insert'; readonly version: number; readonly status: Status }
  /** The draft gets the wanted content. */
  | { readonly do: 'write'; readonly version: number }
  | { readonly do: 'turn'; readonly version: number; readonly from: Status; readonly to: Status }
  /** What the draft held before goes on as the draft of another number. */
  | { readonly do: 'move'; readonly from: number; readonly to: number }

export interface VersionPlan {
  /** The version that has the wanted content in the end. */
  readonly version: number
  readonly steps: readonly Step[]
}

/**
 * The version that a file holds: of active ones the one with most of the traffic, of equal shares the newest; else the
 * draft, else the newest. `standing` is newest first.
 */
export function heldVersion<Version extends StandingVersion>(
  standing: readonly Version[],
): Version | undefined {
  const [first, ...others] = withStatus(standing, 'active')
  if (first === undefined) return withStatus(standing, 'draft')[0] ?? standing[0]
  return others.reduce((most, other) => (other.share > most.share ? other : most), first)
}

/**
 * What to do so that one definition is as wanted; undefined when it is. `standing` is newest first; `isEqual` tells
 * whether a version of it has the wanted content.
 *
 * An active version that is equal is left alone, whatever share of a rollout it has. A draft that is in the way of a new
 * active version keeps its content under the next number.
 */
export function planVersions<Version extends StandingVersion>(
  standing: readonly Version[],
  wanted: Status,
  isEqual: (version: Version) => boolean,
): VersionPlan | undefined {
  const [newest] = standing
  const situation: Situation<Version> = {
    active: withStatus(standing, 'active'),
    draft: withStatus(standing, 'draft')[0],
    newest,
    next: (newest?.version ?? 0) + 1,
    isEqual,
  }
  switch (wanted) {
    case 'active':
      return planActive(situation)
    case 'draft':
      return planDraft(situation)
    case 'archived':
      return planArchived(situation)
    default:
      return wanted satisfies never
  }
}

interface Situation<Version extends StandingVersion> {
  readonly active: readonly Version[]
  readonly draft: Version | undefined
  readonly newest: Version | undefined
  /** The number of a version that is made. */
  readonly next: number
  isEqual(version: Version): boolean
}

function planActive<Version extends StandingVersion>(situation: Situation<Version>): VersionPlan | undefined {
  const { active, draft, next, isEqual } = situation
  if (active.some(isEqual)) return undefined
  const retired = active.map(archived)
  if (draft === undefined) {
    return { version: next, steps: [...retired, { do: 'insert', version: next, status: 'active' }] }
  }
  const { version } = draft
  // Written even when it is equal: somebody may change it until this is committed.
  const steps: Step[] = [
    ...retired,
    { do: 'write', version },
    { do: 'turn', version, from: 'draft', to: 'active' },
  ]
  return { version, steps: isEqual(draft) ? steps : [...steps, { do: 'move', from: version, to: next }] }
}

function planDraft<Version extends StandingVersion>(situation: Situation<Version>): VersionPlan | undefined {
  const { active, draft, next, isEqual } = situation
  const retired = active.map(archived)
  if (draft === undefined) {
    return { version: next, steps: [...retired, { do: 'insert', version: next, status: 'draft' }] }
  }
  const { version } = draft
  if (!isEqual(draft)) return { version, steps: [...retired, { do: 'write', version }] }
  return retired.length === 0 ? undefined : { version, steps: retired }
}

function planArchived<Version extends StandingVersion>(
  situation: Situation<Version>,
): VersionPlan | undefined {
  const { active, draft, newest, next, isEqual } = situation
  const retired = [...active, ...(draft === undefined ? [] : [draft])].map(archived)
  if (newest === undefined || !isEqual(newest)) {
    return { version: next, steps: [...retired, { do: 'insert', version: next, status: 'archived' }] }
  }
  return retired.length === 0 ? undefined : { version: newest.version, steps: retired }
}

function withStatus<Version extends StandingVersion>(
  standing: readonly Version[],
  status: Status,
): Version[] {
  return standing.filter(version => version.status === status)
}

function archived({ version, status }: StandingVersion): Step {
  return { do: 'turn', version, from: status, to: 'archived' }
}
