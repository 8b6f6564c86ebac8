import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import { isObject } from '../std/json.ts'
import type { Store } from '../storage/store.ts'
import { errorOf, type Finding } from '../versioning/finding.ts'
import type { WorkflowLimits } from '../workflow/limits.ts'
import type { KnownFunctions, WorkflowCheck } from '../workflow/task-check.ts'
import type { Catalog } from './api.ts'
import { invalidateNamespace } from './cache-namespaces.ts'
import { channelKind } from './channels.ts'
import { Connectors } from './connectors.ts'
import { commitDeed } from './journal.ts'
import { lintDefinition } from './lint.ts'
import type { Parts } from './parts.ts'
import { Versioned } from './versioned.ts'
import { workflowKind } from './workflows.ts'

export interface CatalogParts extends Parts {
  /** What tasks may call. */
  readonly functions: KnownFunctions
  /** What workflows are held to when they are checked. */
  readonly limits: WorkflowLimits
  /** Drops the cached answers of a namespace. */
  readonly invalidate: InvalidateNamespace
}

/** Opens what is written down. It holds nothing of its own: the store and `live` outlive it. */
export function openCatalog({ functions, limits, invalidate, ...parts }: CatalogParts): Catalog {
  const { store, live } = parts
  return {
    workflows: new Versioned(workflowKind(store.workflows, { functions, limits }), parts),
    channels: new Versioned(channelKind(store.channels, limits), parts),
    connectors: new Connectors(parts),
    lintWorkflow: body => lintBody(body, { functions, limits }, store),
    auditLogs: page => store.audit.list(page),
    async reload(by) {
      await commitDeed(parts, [], { by, action: 'reload', type: 'engine', id: 'manual' })
      await live.reload()
    },
    invalidateNamespace: (by, namespace) => invalidateNamespace(by, namespace, { invalidate, ...parts }),
  }
}

/** The connectors are those that tasks could use at this moment. */
async function lintBody(body: unknown, check: WorkflowCheck, { connectors }: Store): Promise<Finding[]> {
  if (!isObject(body)) {
    const message = 'The body must be a JSON object'
    return [errorOf({ path: '', code: 'TYPE_MISMATCH', message, expected: 'an object' })]
  }
  const { rows } = await connectors.all()
  const enabled = new Set(rows.filter(row => row.enabled).map(row => row.name))
  const findings: Finding[] = []
  for (const portion of lintDefinition('workflow', body, { ...check, connectors: enabled })) {
    findings.push(...portion)
    // A large workflow takes a while; requests are answered in between.
    await new Promise(resolve => setImmediate(resolve))
  }
  return findings
}
