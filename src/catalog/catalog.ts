import type { PlatformRate } from '../channel/lint/subject.ts'
import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import type { WorkflowLimits } from '../workflow/limits.ts'
import type { Catalog } from './api.ts'
import { applyDefinitions } from './apply/apply.ts'
import { definitionPage } from './apply/definition-pages.ts'
import { invalidateNamespace } from './cache-namespaces.ts'
import { channelKind } from './channels.ts'
import { Connectors } from './connectors.ts'
import { commitDeed } from './journal.ts'
import { Lanes } from './lanes.ts'
import type { Kind } from './lint.ts'
import { lintBody } from './lint-body.ts'
import type { Parts } from './parts.ts'
import type { LintRow } from './rehearse-status.ts'
import { openRollout } from './rollout.ts'
import { openSurvey } from './survey.ts'
import { connectorImport } from './transfer/connector-import.ts'
import { connectorExport, versionedExport } from './transfer/export.ts'
import { openTransfer } from './transfer/transfers.ts'
import { versionedImport } from './transfer/versioned-import.ts'
import { Versioned } from './versioned.ts'
import type { VersionedKind, VersionedRow } from './versioned-kind.ts'
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
  const kinds = {
    workflowKind: workflowKind(store.workflows, { functions, limits }, parts.clock),
    channelKind: channelKind(store.channels, { functions, limits }),
  }
  const workflows = versionedParts(kinds.workflowKind, parts, lint('workflow'))
  const channels = versionedParts(kinds.channelKind, parts, lint('channel'))
  return {
    workflows: workflows.catalog,
    channels: channels.catalog,
    connectors: new Connectors(parts),
    rollout: openRollout(workflows.catalog),
    transfers: {
      workflows: workflows.transfer,
      channels: channels.transfer,
      connectors: openTransfer({ out: connectorExport(store.connectors), in: connectorImport(parts) }, parts),
    },
    apply: (by, body) => applyDefinitions(by, body, { ...parts, ...kinds, functions }),
    definitions: (after, limit) => definitionPage(after, limit, { connectors: store.connectors, ...kinds }),
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

/** Both change the same definitions, so they share their lanes. */
function versionedParts<Row extends VersionedRow, Filter>(
  kind: VersionedKind<Row, Filter>,
  parts: Parts,
  lint: LintRow,
) {
  const lanes = new Lanes()
  return {
    catalog: new Versioned(kind, parts, lanes, lint),
    transfer: openTransfer({ out: versionedExport(kind), in: versionedImport(kind, parts, lanes) }, parts),
  }
}
