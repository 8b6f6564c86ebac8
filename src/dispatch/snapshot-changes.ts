import type { Differences, LiveChannel, LiveWorkflow, SnapshotChanges, Source } from './live.ts'
import type { Snapshot } from './snapshot.ts'

export const NO_CHANGES: SnapshotChanges = {
  workflows: { added: [], removed: [], changed: [] },
  channels: { added: [], removed: [], changed: [] },
}

/** What is written down as active, and what was built from it. */
interface Built {
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
        versions: rows.map(({ version, rollout_percentage }) => ({
          version,
          // A version that is alone has all of the traffic.
          rollout_percentage: rows.length === 1 ? 100 : rollout_percentage,
        })),
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
