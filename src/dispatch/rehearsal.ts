import type { OrionError } from '../errors.ts'
import type { Source } from './live.ts'
import type { Snapshot } from './snapshot.ts'

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

export const NO_CHANGES: SnapshotChanges = {
  workflows: { added: [], removed: [], changed: [] },
  channels: { added: [], removed: [], changed: [] },
}

/** What is written down as active, and what was built from it. */
export interface Built {
  readonly source: Source
  readonly snapshot: Pick<Snapshot, 'channels' | 'loadIssues'>
}

export function snapshotChanges(before: Built, after: Built): SnapshotChanges {
  return {
    workflows: differences(liveWorkflows(before.source), liveWorkflows(after.source)),
    channels: differences(liveChannels(before), liveChannels(after)),
  }
}

function differences<Entry>(
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
): Differences<Entry> {
  return {
    added: [...after].flatMap(([id, to]) => (before.has(id) ? [] : [to])),
    removed: [...before].flatMap(([id, from]) => (after.has(id) ? [] : [from])),
    changed: [...after].flatMap(([id, to]) => {
      const from = before.get(id)
      return from === undefined || JSON.stringify(from) === JSON.stringify(to) ? [] : [{ from, to }]
    }),
  }
}

function liveWorkflows({ workflows }: Source): ReadonlyMap<string, LiveWorkflow> {
  const versions = workflows.toSorted((a, b) => a.version - b.version)
  return new Map(
    [...Map.groupBy(versions, ({ workflow_id }) => workflow_id)].map(([workflow_id, rows]) => [
      workflow_id,
      {
        workflow_id,
        versions: rows.map(({ version, rollout_percentage }) => ({ version, rollout_percentage })),
      },
    ]),
  )
}

/** Only those that this server serves. */
function liveChannels({ source, snapshot }: Built): ReadonlyMap<string, LiveChannel> {
  const served = new Set(snapshot.channels.map(({ id }) => id))
  const issues = new Map(snapshot.loadIssues.channels.map(({ channel_id, reason }) => [channel_id, reason]))
  const workflows = liveWorkflows(source)
  return new Map(
    source.channels
      .filter(({ channel_id }) => served.has(channel_id))
      .map(({ channel_id, name, version, workflow_id }) => {
        const versions = workflow_id === null ? [] : (workflows.get(workflow_id)?.versions ?? [])
        const workflow_versions = versions.map(one => one.version)
        const issue = issues.get(channel_id) ?? null
        return [channel_id, { channel_id, name, version, workflow_id, workflow_versions, issue }]
      }),
  )
}
