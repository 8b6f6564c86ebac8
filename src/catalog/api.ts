import type { Principal } from '../auth/principal.ts'
import type { Channel } from '../channel/definition.ts'
import type { Invalidated } from '../channel/response-cache/invalidation.ts'
import type { ConnectorView } from '../connector/definition.ts'
import type {
  AuditEntry,
  ChannelFilter,
  ConnectorFilter,
  Listed,
  Page,
  Sort,
  WorkflowFilter,
} from '../storage/store.ts'
import type { Finding } from '../versioning/finding.ts'
import type { Workflow } from '../workflow/definition.ts'
import type { BreakerCatalog } from './breakers.ts'
import type { SecretCatalog } from './secrets.ts'

/** Bodies are `unknown`: the catalog checks them whole and throws VALIDATION_ERROR with every problem. */
export interface VersionedCatalog<Row, Filter> {
  create(by: Principal, body: unknown): Promise<Row>
  /** Latest version; NOT_FOUND. */
  get(id: string): Promise<Row>
  list(filter: Filter, sort: Sort, page: Page): Promise<Listed<Row>>
  update(by: Principal, id: string, body: unknown): Promise<Row>
  delete(by: Principal, id: string): Promise<void>
  /** Body `{status, rollout_percentage?}`; answers when the change is live. */
  setStatus(by: Principal, id: string, body: unknown): Promise<Row>
  versions(id: string, page: Page): Promise<Listed<Row>>
  createVersion(by: Principal, id: string): Promise<Row>
}

export interface ConnectorCatalog {
  create(by: Principal, body: unknown): Promise<ConnectorView>
  get(id: string): Promise<ConnectorView>
  list(filter: ConnectorFilter, page: Page): Promise<Listed<ConnectorView>>
  update(by: Principal, id: string, body: unknown): Promise<ConnectorView>
  delete(by: Principal, id: string): Promise<void>
}

/** What is written down: the only writer of definitions and audit rows. */
export interface Catalog {
  readonly workflows: VersionedCatalog<Workflow, WorkflowFilter>
  readonly channels: VersionedCatalog<Channel, ChannelFilter>
  readonly connectors: ConnectorCatalog
  /** What a workflow would be refused for, and what is doubtful about it; nothing is written. */
  lintWorkflow(body: unknown): Promise<readonly Finding[]>
  /** The same of a channel; what its workflow reads is known. */
  lintChannel(body: unknown): Promise<readonly Finding[]>
  readonly breakers: BreakerCatalog
  readonly secrets: SecretCatalog
  auditLogs(page: Page): Promise<Listed<AuditEntry>>
  /** Writes the audit row of a manual reload, then reloads. */
  reload(by: Principal): Promise<void>
  /** Writes the audit row, then drops the cached answers of a namespace; VALIDATION_ERROR. */
  invalidateNamespace(by: Principal, namespace: string): Promise<readonly Invalidated[]>
}
