import type { Channel } from '../channel/definition.ts'
import type { Connector } from '../connector/definition.ts'
import type { OrionError } from '../errors.ts'
import type { StoredSecret } from '../secrets/definition.ts'
import type { Workflow } from '../workflow/definition.ts'
import type { RolloutReport } from './numbers/rollout-report.ts'
import type { ShadowReport } from './rehearsal/shadow.ts'

/** What is written down as active: everything that a snapshot is built from. */
export interface Source {
  readonly channels: readonly Channel[]
  readonly workflows: readonly Workflow[]
  readonly connectors: readonly Connector[]
  /** Drafts that run beside what is active. */
  readonly shadows: readonly Workflow[]
  readonly secrets: readonly StoredSecret[]
}

/** Why something active is not served. */
export interface LoadIssues {
  channels: { channel: string; channel_id: string; workflow_id: string | null; reason: string }[]
  workflows: { workflow_id: string; version: number; reason: string }[]
  connectors: { connector: string; connector_id: string; stage: string; reason: string }[]
}

export interface EngineStatus {
  version: string
  uptime_seconds: number
  workflows_count: number
  active_workflows: number
  channels: string[]
  /** Enabled connectors that can be used. */
  connectors_count: number
  generation: number
  load_issues: LoadIssues
}

/** What a change would do to what is live. */
export interface Rehearsal {
  readonly changes: SnapshotChanges
  /** Why the snapshot of afterwards would not go live; undefined when it would. */
  readonly refusal: OrionError | undefined
}

export interface SnapshotChanges {
  readonly workflows: Differences<LiveWorkflow>
  readonly channels: Differences<LiveChannel>
}

export interface Differences<Entry> {
  readonly added: Entry[]
  readonly removed: Entry[]
  readonly changed: { readonly from: Entry; readonly to: Entry }[]
}

/** A workflow as it is live. */
export interface LiveWorkflow {
  readonly workflow_id: string
  /** Oldest first, each with its share of the traffic in percent. */
  readonly versions: { readonly version: number; readonly rollout_percentage: number }[]
}

/** A channel as traffic meets it. */
export interface LiveChannel {
  readonly channel_id: string
  readonly name: string
  readonly version: number
  readonly workflow_id: string | null
  /** Versions of its workflow that answer. */
  readonly workflow_versions: number[]
  /** Why it is not served, or not as its author expects; null when nothing is wrong. */
  readonly issue: string | null
}

/** A change of what is live. Runs alone: no other change or reload is between `edit` and `commit`. */
export interface LiveChange<Result> {
  /** Reads and decides; throws OrionError to refuse. */
  decide(): Promise<Decided<Result>>
}

/** What was decided; without `edit` nothing is to be done. */
export type Decided<Result> = (Edit | { readonly edit?: undefined }) & { readonly result: Result }

/** A change of the source, and what becomes of it. */
export interface Edit {
  /** The source as it will be after `commit`; throws OrionError to refuse. */
  edit(source: Source): Source | Promise<Source>
  /** Whether the rows of that id which nobody can read are gone after `commit`; without it all of them stay. */
  replaces?(kind: Exclude<keyof Source, 'shadows' | 'secrets'>, id: string): boolean
  /** Told what of the next snapshot is not served; throws OrionError to refuse. */
  accept?(issues: LoadIssues): void
  /** Undefined: everything is rehearsed, and nothing is changed. */
  readonly commit: (() => Promise<void>) | undefined
}

/** The door to what is live: reads the source, builds a snapshot, swaps one reference. All calls run one after another. */
export interface Live {
  /** Rebuilds from storage; the newest data wins. */
  reload(): Promise<void>
  /** Builds the snapshot as it will be, commits only if it builds, swaps, and answers when it is live. */
  change<Result>(change: LiveChange<Result>): Promise<Result>
  /** Builds the snapshot as it would be and tells what would be different; it never goes live, and nothing is written. */
  rehearse(decide: () => Promise<(source: Source) => Source>): Promise<Rehearsal>
  status(): EngineStatus
  /** The numbers of the live versions of a workflow. */
  rollout(workflowId: string): RolloutReport
  /** What the shadow of a workflow has found; undefined when none runs. */
  shadow(workflowId: string): ShadowReport | undefined
}
