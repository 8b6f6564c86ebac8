import type { PlatformRate } from '../channel/lint/subject.ts'
import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import type { WorkflowLimits } from '../workflow/limits.ts'
import type { Catalog } from './api.ts'
import { invalidateNamespace } from './cache-namespaces.ts'
import { channelKind } from './channels.ts'
import { Connectors } from './connectors.ts'
import { commitDeed } from './journal.ts'
import type { Kind } from './lint.ts'
import { lintBody } from './lint-body.ts'
import type { Parts } from './parts.ts'
import { openRollout } from './rollout.ts'
import { openSurvey } from './survey.ts'
import { Versioned } from './versioned.ts'
import { workflowKind } from './workflows.ts'

export interface CatalogParts extends Parts {
  /** What tasks may call. */
  readonly functions: FunctionTable
  /** What workflows are held to when they are checked. */
  readonly limits: WorkflowLimits
  /** Drops the cached answers of a namespace. */
  readonly invalidate: InvalidateNamespace
  /** What the platform admits a client; undefined when it limits nobody. */
  readonly platformRate: PlatformRate | undefined
}

/** Opens what is written down. It holds nothing of its own: the store and `live` outlive it. */
export function openCatalog({
  functions,
  limits,
  invalidate,
  platformRate,
  ...parts
}: CatalogParts): Catalog {
  const { store, live } = parts
  const needs = { functions, limits, platformRate }
  const lint = (kind: Kind) => (body: unknown) => lintBody(kind, body, needs, parts)
  const workflows = new Versioned(
    workflowKind(store.workflows, { functions, limits }, parts.clock),
    parts,
    lint('workflow'),
  )
  return {
    workflows,
    channels: new Versioned(channelKind(store.channels, { functions, limits }), parts, lint('channel')),
    connectors: new Connectors(parts),
    rollout: openRollout(workflows),
    lintWorkflow: lint('workflow'),
    lintChannel: lint('channel'),
    lintConnector: lint('connector'),
    survey: openSurvey(store, functions),
    auditLogs: page => store.audit.list(page),
    async reload(by) {
      await commitDeed(parts, [], { by, action: 'reload', type: 'engine', id: 'manual' })
      await live.reload()
    },
    invalidateNamespace: (by, namespace) => invalidateNamespace(by, namespace, { invalidate, ...parts }),
  }
}
