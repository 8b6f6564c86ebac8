import type { PlatformRate } from '../channel/lint/subject.ts'
import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { Breakers } from '../connector/breaker/breakers.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import type { OpenSecretsOf } from '../secrets/open-secrets.ts'
import type { WorkflowLimits } from '../workflow/limits.ts'
import type { Catalog } from './api.ts'
import { applyDefinitions } from './apply/apply.ts'
import { definitionPage } from './apply/definition-pages.ts'
import { breakerCatalog } from './breakers.ts'
import { invalidateNamespace } from './cache-namespaces.ts'
import { channelKind } from './channels.ts'
import { Connectors, type ProbeConnector } from './connectors.ts'
import { commitDeed } from './journal.ts'
import { Lanes } from './lanes.ts'
import type { Kind } from './lint.ts'
import { lintBody } from './lint-body.ts'
import type { Parts } from './parts.ts'
import { openRollout } from './rollout.ts'
import { secretCatalog } from './secrets.ts'
import { openSurvey } from './survey.ts'
import { connectorImport } from './transfer/connector-import.ts'
import { connectorExport, versionedExport } from './transfer/export.ts'
import { openTransfer } from './transfer/transfers.ts'
import { versionedImport } from './transfer/versioned-import.ts'
import { unresolvedReferences } from './unresolved-references.ts'
import { Versioned } from './versioned.ts'
import type { VersionedKind, VersionedRow } from './versioned-kind.ts'
import { WorkflowVersions } from './workflow-versions.ts'
import { workflowKind } from './workflows.ts'

export interface CatalogParts extends Parts {
  /** What tasks may call. */
  readonly functions: FunctionTable
  /** What workflows are held to when they are checked. */
  readonly limits: WorkflowLimits
  /** Drops the cached answers of a namespace. */
  readonly invalidate: InvalidateNamespace
  readonly breakers: Breakers
  /** Really connects to what is behind a connector. */
  readonly probe: ProbeConnector
  /** What stored secrets are encrypted with. */
  readonly ring: KeyRing
  readonly openSecrets: OpenSecretsOf
  /** What the platform admits a client; undefined when it limits nobody. */
  readonly platformRate: PlatformRate | undefined
}

/** Opens what is written down. It holds nothing of its own: the store and `live` outlive it. */
export function openCatalog({
  functions,
  limits,
  invalidate,
  platformRate,
  breakers,
  probe,
  ring,
  openSecrets,
  ...parts
}: CatalogParts): Catalog {
  const { store, live } = parts
  const needs = { functions, limits, platformRate }
  const lint = (kind: Kind) => (body: unknown) => lintBody(kind, body, needs, parts)
  const kinds = {
    workflowKind: workflowKind(store.workflows, { functions, limits }, parts.clock),
    channelKind: channelKind(store.channels, { functions, limits }),
  }
  const lanes = { workflows: new Lanes(), channels: new Lanes() }
  const workflows = new WorkflowVersions(kinds.workflowKind, parts, lanes.workflows, lint('workflow'))
  return {
    workflows,
    channels: new Versioned(kinds.channelKind, parts, lanes.channels, lint('channel')),
    connectors: new Connectors(parts, probe),
    rollout: openRollout(workflows),
    transfers: {
      workflows: versionedTransfer(kinds.workflowKind, parts, lanes.workflows),
      channels: versionedTransfer(kinds.channelKind, parts, lanes.channels),
      connectors: openTransfer({ out: connectorExport(store.connectors), in: connectorImport(parts) }, parts),
    },
    apply: (by, body) => applyDefinitions(by, body, { ...parts, ...kinds, functions }),
    definitions: (after, limit) => definitionPage(after, limit, { connectors: store.connectors, ...kinds }),
    lintWorkflow: lint('workflow'),
    lintChannel: async body => [
      ...(await lint('channel')(body)),
      ...unresolvedReferences(body, openSecrets((await store.secrets.all()).rows).sources),
    ],
    lintConnector: lint('connector'),
    survey: openSurvey(store, functions),
    shadow: id => workflows.shadow(id),
    breakers: breakerCatalog(breakers, parts),
    secrets: secretCatalog(ring, openSecrets, parts),
    auditLogs: page => store.audit.list(page),
    async reload(by) {
      await commitDeed(parts, [], { by, action: 'reload', type: 'engine', id: 'manual' })
      await live.reload()
    },
    invalidateNamespace: (by, namespace) => invalidateNamespace(by, namespace, { invalidate, ...parts }),
  }
}

/** It changes the same definitions as the catalog of its kind, in the same lanes. */
function versionedTransfer<Row extends VersionedRow, Filter>(
  kind: VersionedKind<Row, Filter>,
  parts: Parts,
  lanes: Lanes,
) {
  return openTransfer({ out: versionedExport(kind), in: versionedImport(kind, parts, lanes) }, parts)
}
