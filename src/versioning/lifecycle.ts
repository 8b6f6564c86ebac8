import type { ErrorCode } from '../errors.ts'
import type { Status } from './status.ts'

/** What a decision is about; the texts name it: `workflow 'orders'`. */
export interface Subject {
  readonly kind: 'workflow' | 'channel'
  readonly id: string
}

/** One stored version, without its content. */
export interface VersionState {
  readonly version: number
  readonly status: Status
  /** Percent of the traffic, as it is written. */
  readonly rolloutPercentage: number
}

export interface Transition {
  readonly version: number
  readonly from: Status
  readonly to: Status
  /** The share that it is given; what is left out stays as it is. */
  readonly share?: number
  /** The number that it is given. */
  readonly becomes?: number
}

interface Refusal {
  readonly refused: true
  readonly code: Extract<ErrorCode, 'BAD_REQUEST' | 'NOT_FOUND' | 'CONFLICT'>
  readonly message: string
}

/** Either what to do or why not (contract 3.7). */
export type Decision<Plan> = (Plan & { readonly refused?: false }) | Refusal

/** `version` is the one that the answer shows, as it is stored before; `transitions` are made in this order. */
export interface StatusPlan {
  readonly version: number
  readonly transitions: readonly Transition[]
}

/** Decides a change of status; `states` are all versions, in any order. `share` is that of an activation, in percent. */
export function decideStatus(
  subject: Subject,
  states: readonly VersionState[],
  to: Status,
  share = 100,
): Decision<StatusPlan> {
  switch (to) {
    case 'active':
      return decideActivation(subject, states, share)
    case 'archived':
      return decideArchiving(subject, states)
    case 'draft':
      return refuse('BAD_REQUEST', "Invalid status transition to 'draft'. Use 'active' or 'archived'")
    default:
      return to satisfies never
  }
}

/**
 * The draft becomes active, and what was active is archived; but with less than all of the traffic the newest of that
 * stays with the rest. A draft that a rollback has overtaken gets the next number, so that what went live last is
 * always the newest.
 */
function decideActivation(
  subject: Subject,
  states: readonly VersionState[],
  share: number,
): Decision<StatusPlan> {
  const draft = withStatus(states, 'draft')[0]
  if (draft === undefined) return noDraft(subject)
  const { version } = draft
  const [newest, ...others] = withStatus(states, 'active')
  const next = nextVersion(states)
  const before: Transition[] =
    newest === undefined ? [] : [share < 100 ? left(newest, share) : archived(newest)]
  const live: Transition = { version, from: 'draft', to: 'active', share }
  return {
    version,
    transitions: [
      ...before,
      ...others.map(archived),
      version === next - 1 ? live : { ...live, becomes: next },
    ],
  }
}

/** Every active version is archived; a draft stays as it is. */
function decideArchiving(subject: Subject, states: readonly VersionState[]): Decision<StatusPlan> {
  const active = withStatus(states, 'active')
  const newest = active[0]
  if (newest === undefined) {
    return refuse('BAD_REQUEST', `No active version found for ${subject.kind} '${subject.id}'`)
  }
  return { version: newest.version, transitions: active.map(archived) }
}

/** Only a draft can be edited. */
export function decideUpdate(
  subject: Subject,
  states: readonly VersionState[],
): Decision<{ readonly version: number }> {
  const draft = withStatus(states, 'draft')[0]
  return draft === undefined ? noDraft(subject) : { version: draft.version }
}

/** A draft that copies the newest version, whatever its status. */
export function decideNewVersion(
  subject: Subject,
  states: readonly VersionState[],
): Decision<{ readonly copyOf: number; readonly version: number }> {
  const newest = byVersion(states)[0]
  if (newest === undefined) return unknown(subject)
  if (withStatus(states, 'draft').length > 0) {
    return refuse('CONFLICT', `${label(subject)} already has a draft version`)
  }
  return { copyOf: newest.version, version: nextVersion(states) }
}

/** Every version goes, in any state. */
export function decideDeletion(
  subject: Subject,
  states: readonly VersionState[],
): Decision<{ readonly version: number }> {
  const newest = byVersion(states)[0]
  return newest === undefined ? unknown(subject) : { version: newest.version }
}

/** `Workflow 'orders'`, as a sentence begins with it. */
export function label({ kind, id }: Subject): string {
  return `${kind === 'workflow' ? 'Workflow' : 'Channel'} '${id}'`
}

/** Versions of this status, newest first. */
export function withStatus(states: readonly VersionState[], status: Status): VersionState[] {
  return byVersion(states).filter(state => state.status === status)
}

function byVersion(states: readonly VersionState[]): VersionState[] {
  return states.toSorted((a, b) => b.version - a.version)
}

export function nextVersion(states: readonly VersionState[]): number {
  return Math.max(0, ...states.map(({ version }) => version)) + 1
}

/** The older version beside one with this share. */
export function left({ version }: VersionState, share: number): Transition {
  return { version, from: 'active', to: 'active', share: 100 - share }
}

export function archived({ version }: VersionState): Transition {
  return { version, from: 'active', to: 'archived' }
}

export function noDraft(subject: Subject): Refusal {
  return refuse('BAD_REQUEST', `No draft version found for ${subject.kind} '${subject.id}'`)
}

export function unknown(subject: Subject): Refusal {
  return refuse('NOT_FOUND', `${label(subject)} not found`)
}

export function refuse(code: Refusal['code'], message: string): Refusal {
  return { refused: true, code, message }
}
