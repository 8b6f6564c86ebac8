import type { Store } from '../storage/store.ts'
import type { UnreadableRows } from './build-snapshot.ts'
import type { Source } from './live.ts'
import type { Pace } from './pace.ts'

export type StoredKinds = Pick<Store, 'workflows' | 'channels' | 'connectors' | 'secrets'>

/** What is written down as active, and the rows of it that nobody can read. */
export interface StoredSource {
  readonly source: Source
  readonly unreadable: UnreadableRows
}

/** Reads one kind after another, so that no turn holds them all. */
export async function readSource(store: StoredKinds, pace: Pace): Promise<StoredSource> {
  const workflows = await store.workflows.active()
  await pace.restIfDue()
  const shadows = await store.workflows.shadows()
  await pace.restIfDue()
  const channels = await store.channels.active()
  await pace.restIfDue()
  const connectors = await store.connectors.all()
  await pace.restIfDue()
  const secrets = await store.secrets.all()
  await pace.restIfDue()
  return {
    source: {
      workflows: workflows.rows,
      channels: channels.rows,
      connectors: connectors.rows,
      shadows: shadows.rows,
      secrets: secrets.rows,
    },
    unreadable: {
      workflows: workflows.unreadable,
      channels: channels.unreadable,
      connectors: connectors.unreadable,
    },
  }
}

/** True when a change may have touched rows that the source does not show. */
export function hasUnreadable({ unreadable }: StoredSource): boolean {
  const { workflows, channels, connectors } = unreadable
  return workflows.length + channels.length + connectors.length > 0
}
