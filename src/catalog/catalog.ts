import type { WorkflowLimits } from '../workflow/limits.ts'
import type { KnownFunctions } from '../workflow/task-check.ts'
import type { Catalog } from './api.ts'
import { channelKind } from './channels.ts'
import { Connectors } from './connectors.ts'
import { commitDeed } from './journal.ts'
import type { Parts } from './parts.ts'
import { Versioned } from './versioned.ts'
import { workflowKind } from './workflows.ts'

export interface CatalogParts extends Parts {
  /** What tasks may call. */
  readonly functions: KnownFunctions
  /** What workflows are held to when they are checked. */
  readonly limits: WorkflowLimits
}

/** Opens what is written down. It holds nothing of its own: the store and `live` outlive it. */
export function openCatalog({ functions, limits, ...parts }: CatalogParts): Catalog {
  const { store, live } = parts
  return {
    workflows: new Versioned(workflowKind(store.workflows, { functions, limits }), parts),
    channels: new Versioned(channelKind(store.channels), parts),
    connectors: new Connectors(parts),
    auditLogs: page => store.audit.list(page),
    async reload(by) {
      await commitDeed(parts, [], { by, action: 'reload', type: 'engine', id: 'manual' })
      await live.reload()
    },
  }
}
