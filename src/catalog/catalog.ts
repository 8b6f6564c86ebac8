import type { Limits } from '../expression/expression.ts'
import { timestamp } from '../std/clock.ts'
import type { KnownFunctions } from '../workflow/task-check.ts'
import type { Catalog } from './api.ts'
import { auditEntry } from './audit.ts'
import { channelKind } from './channels.ts'
import { Connectors } from './connectors.ts'
import type { Parts } from './parts.ts'
import { Versioned } from './versioned.ts'
import { workflowKind } from './workflows.ts'

export interface CatalogParts extends Parts {
  /** What tasks may call. */
  readonly functions: KnownFunctions
  /** With which logic is compiled when it is checked. */
  readonly limits: Limits
}

/** Opens what is written down. It holds nothing of its own: the store and `live` outlive it. */
export function openCatalog({ functions, limits, ...parts }: CatalogParts): Catalog {
  const { store, live, clock, newId } = parts
  return {
    workflows: new Versioned(workflowKind(store.workflows, { functions, limits }), parts),
    channels: new Versioned(channelKind(store.channels), parts),
    connectors: new Connectors(parts),
    auditLogs: page => store.audit.list(page),
    async reload(by) {
      const deed = { by, action: 'reload', type: 'engine', id: 'manual' } as const
      const entry = auditEntry(deed, newId(), timestamp(clock.now()))
      await store.commit({ statements: [store.audit.insert(entry)], durability: 'full' })
      await live.reload()
    },
  }
}
