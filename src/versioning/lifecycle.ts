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
}

export interface Transition {
  readonly version: number
  readonly from: Status
  readonly to: Status
}

interface Refusal {
  readonly refused: true
  readonly code: Extract<ErrorCode, 'BAD_REQUEST' | 'NOT_FOUND' | 'CONFLICT'>
  readonly message: string
}

/** Either what to do or why not (contract 3.7). */
export type Decision<Plan> = (Plan & { readonly refused?: false }) | Refusal

/** `version` is the one that the answer shows; `transitions` are made in this order. */
export interface StatusPlan {
  readonly version: number
  readonly transitions: readonly Transition[]
}

/** Decides a change of status; `states` are all versions, newest first. */
export function decideStatus(
  subject: Subject,
  states: readonly VersionState[],
  to: Status,
): Decision<StatusPlan> {
  switch (to) {
    case 'active':
      return decideActivation(subject, states)
    case 'archived':
      return decideArchiving(subject, states)
    case 'draft':
      return refuse('BAD_REQUEST', "Invalid status transition to 'draft'. Use 'active' or 'archived'")
    default:
      return to satisfies never
  }
}

/** The draft becomes active and what was active is archived. */
function decideActivation(subject: Subject, states: readonly VersionState[]): Decision<StatusPlan> {
  const draft = withStatus(states, 'draft')[0]
  if (draft === undefined) return noDraft(subject)
  return {
    version: draft.version,
    transitions: [
      ...withStatus(states, 'active').map(archived),
      { version: draft.version, from: 'draft', to: 'active' },
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
  return { copyOf: newest.version, version: newest.version + 1 }
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

function withStatus(states: readonly VersionState[], status: Status): VersionState[] {
  return byVersion(states).filter(state => state.status === status)
}

function byVersion(states: readonly VersionState[]): VersionState[] {
  return states.toSorted((a, b) => b.version - a.version)
}

function archived({ version }: VersionState): Transition {
  return { version, from: 'active', to: 'archived' }
}

function noDraft(subject: Subject): Refusal {
  return refuse('BAD_REQUEST', `No draft version found for ${subject.kind} '${subject.id}'`)
}

function unknown(subject: Subject): Refusal {
  return refuse('NOT_FOUND', `${label(subject)} not found`)
}

function refuse(code: Refusal['code'], message: string): Refusal {
  return { refused: true, code, message }
}
