import type { Channel } from '../../channel/definition.ts'
import type { Connector } from '../../connector/definition.ts'
import type { Source } from '../../dispatch/live.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { asStored, byText } from '../source-order.ts'
import type { KindPlan } from './planned.ts'

/** What an apply makes of each kind. */
export interface Plans {
  readonly workflows: KindPlan<Workflow>
  readonly channels: KindPlan<Channel>
  readonly connectors: KindPlan<Connector>
}

/** What is written down after an apply. */
export function resultingSource(source: Source, { workflows, channels, connectors }: Plans): Source {
  return {
    ...source,
    // A definition that an apply changes is compared with nothing any more.
    shadows: source.shadows.filter(draft => !workflows.loaded.has(draft.workflow_id)),
    workflows: replaced(source.workflows, workflows.loaded, row => row.workflow_id).sort(
      asStored(row => row.workflow_id),
    ),
    channels: replaced(source.channels, channels.loaded, row => row.channel_id).sort(
      asStored(row => row.channel_id),
    ),
    connectors: replaced(source.connectors, connectors.loaded, row => row.id).sort((a, b) =>
      byText(a.name, b.name),
    ),
  }
}

function replaced<Row>(
  rows: readonly Row[],
  loaded: ReadonlyMap<string, Row | undefined>,
  idOf: (row: Row) => string,
): Row[] {
  const stay = rows.filter(row => !loaded.has(idOf(row)))
  return [...stay, ...[...loaded.values()].filter(row => row !== undefined)]
}
