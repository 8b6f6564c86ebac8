import type { PlatformRate } from '../channel/lint/subject.ts'
import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { Breakers } from '../connector/breaker/breakers.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import type { OpenSecretsOf } from '../secrets/open-secrets.ts'
import type { WorkflowLimits } from '../workflow/limits.ts'
import type { KnownFunctions } from '../workflow/task-check.ts'
import type { Catalog } from './api.ts'
import { breakerCatalog } from './breakers.ts'
import { invalidateNamespace } from './cache-namespaces.ts'
import { channelKind } from './channels.ts'
import { Connectors } from './connectors.ts'
import { commitDeed } from './journal.ts'
import { lintBody } from './lint-body.ts'
import type { Parts } from './parts.ts'
import { secretCatalog } from './secrets.ts'
import { unresolvedReferences } from './unresolved-references.ts'
import { Versioned } from './versioned.ts'
import { workflowKind } from './workflows.ts'

export interface CatalogParts extends Parts {
  /** What tasks may call. */
  readonly functions: KnownFunctions
  /** What workflows are held to when they are checked. */
  readonly limits: WorkflowLimits
  /** Drops the cached answers of a namespace. */
  readonly invalidate: InvalidateNamespace
  readonly breakers: Breakers
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
  ring,
  openSecrets,
  ...parts
}: CatalogParts): Catalog {
  const { store, live } = parts
  const needs = { functions, limits, platformRate }
  return {
    workflows: new Versioned(workflowKind(store.workflows, { functions, limits }, parts.clock), parts),
    channels: new Versioned(channelKind(store.channels, limits), parts),
    connectors: new Connectors(parts),
    lintWorkflow: body => lintBody('workflow', body, needs, parts),
    lintChannel: async body => [
      ...(await lintBody('channel', body, needs, parts)),
      ...unresolvedReferences(body, openSecrets((await store.secrets.all()).rows).sources),
    ],
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
