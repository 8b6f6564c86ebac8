import type { CompiledWorkflow } from '../engine/workflow.ts'
import type { Workflow } from '../workflow/definition.ts'
import type { SideTally } from './numbers/side-tally.ts'

/** One live version of a workflow, as the channels that run it share it. */
export interface Side {
  readonly version: number
  readonly workflow: CompiledWorkflow
  /** What it was compiled from. */
  readonly definition: Workflow
  /** Of what it was compiled from; versions of the same content have the same. */
  readonly hash: string
  /** Names in `metadata` that a trace keeps, so that its run can be replayed; empty for most. */
  readonly keeps: readonly string[]
  /** Percent of the traffic that it gets, 0 to 100; the shares of all sides are 100 together. */
  readonly share: number
  /** Where its runs are counted. */
  readonly tally: SideTally
}

/** A side whose runs nobody counts yet. */
export type CompiledSide = Omit<Side, 'tally'>

/** An active version, compiled or not. */
export interface Candidate {
  readonly version: number
  /** Percent of the traffic as it is written; unknown of a row that cannot be read. */
  readonly share: number | undefined
  /** The reason why it cannot run is in its place. */
  readonly side: Omit<CompiledSide, 'share'> | string
}

/** What the workflow of a channel came to. */
export type WorkflowOutcome = Outcome<Side>
export type CompiledOutcome = Outcome<CompiledSide>

type Outcome<One> =
  | { readonly kind: 'ready'; readonly sides: readonly One[] }
  | { readonly kind: 'broken'; readonly version: number; readonly reason: string }

/**
 * One version alone has all of the traffic. Of two the newer has what is written of it and the older the rest; if one of
 * them cannot run nobody else gets its part, unless that is nothing.
 */
export function outcomeOf(newer: Candidate, older: Candidate | undefined): CompiledOutcome {
  const share = older === undefined ? 100 : newer.share
  if (typeof newer.side === 'string' && share !== 0) return broken(newer, newer.side)
  if (typeof older?.side === 'string' && share !== 100) return broken(older, older.side)
  const shared = (candidate: Candidate | undefined, percent: number): CompiledSide[] =>
    candidate === undefined || typeof candidate.side === 'string'
      ? []
      : [{ ...candidate.side, share: percent }]
  const known = share ?? 100
  return { kind: 'ready', sides: [...shared(newer, known), ...shared(older, 100 - known)] }
}

function broken({ version }: Candidate, reason: string): CompiledOutcome {
  return { kind: 'broken', version, reason }
}
