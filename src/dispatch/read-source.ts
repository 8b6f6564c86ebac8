import type { Store } from '../storage/store.ts'
import type { UnreadableRows } from './build-snapshot.ts'
import type { Source } from './live.ts'

/** What is written down as active, and the rows of it that nobody can read. */
export interface StoredSource {
  readonly source: Source
  readonly unreadable: UnreadableRows
}

export async function readSource({
  workflows,
  channels,
  connectors,
}: Pick<Store, 'workflows' | 'channels' | 'connectors'>): Promise<StoredSource> {
  const [workflowRows, channelRows, connectorRows] = await Promise.all([
    workflows.active(),
    channels.active(),
    connectors.all(),
  ])
  return {
    source: { workflows: workflowRows.rows, channels: channelRows.rows, connectors: connectorRows.rows },
    unreadable: {
      workflows: workflowRows.unreadable,
      channels: channelRows.unreadable,
      connectors: connectorRows.unreadable,
    },
  }
}

/** True when a change may have touched rows that the source does not show. */
export function hasUnreadable({ unreadable }: StoredSource): boolean {
  const { workflows, channels, connectors } = unreadable
  return workflows.length + channels.length + connectors.length > 0
}
