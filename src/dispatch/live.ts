import type { Channel } from '../channel/definition.ts'
import type { Connector } from '../connector/definition.ts'
import type { StoredSecret } from '../secrets/definition.ts'
import type { Workflow } from '../workflow/definition.ts'

/** What is written down as active: everything that a snapshot is built from. */
export interface Source {
  readonly channels: readonly Channel[]
  readonly workflows: readonly Workflow[]
  readonly connectors: readonly Connector[]
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
  generation: number
  load_issues: LoadIssues
}

/** A change of what is live. Runs alone: no other change or reload is between `edit` and `commit`. */
export interface LiveChange<Result> {
  /** Reads, decides, and gives the source as it will be after `commit`; throws OrionError to refuse. */
  decide(): Promise<{ edit: (source: Source) => Source; commit: () => Promise<void>; result: Result }>
}

/** The door to what is live: reads the source, builds a snapshot, swaps one reference. All calls run one after another. */
export interface Live {
  /** Rebuilds from storage; the newest data wins. */
  reload(): Promise<void>
  /** Builds the snapshot as it will be, commits only if it builds, swaps, and answers when it is live. */
  change<Result>(change: LiveChange<Result>): Promise<Result>
  status(): EngineStatus
}
