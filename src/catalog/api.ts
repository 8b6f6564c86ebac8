import type { Principal } from '../auth/principal.ts'
import type { Channel } from '../channel/definition.ts'
import type { Invalidated } from '../channel/response-cache/invalidation.ts'
import type { ConnectorView } from '../connector/definition.ts'
import type { ProbeReport } from '../connector/live/probe.ts'
import type { LoadIssues } from '../dispatch/live.ts'
import type { Stopped } from '../dispatch/numbers/live-numbers.ts'
import type { Verdict } from '../dispatch/numbers/stop-watch.ts'
import type { ShadowReport } from '../dispatch/rehearsal/shadow.ts'
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
import type { ApplyPlan } from './apply/definition.ts'
import type { DefinitionPage } from './apply/definition-pages.ts'
import type { BreakerCatalog } from './breakers.ts'
import type { StatusRehearsal } from './rehearse-status.ts'
import type { SecretCatalog } from './secrets.ts'
import type { Survey } from './survey.ts'
import type { Transfers } from './transfer/transfers.ts'

/** Bodies are `unknown`: the catalog checks them whole and throws VALIDATION_ERROR with every problem. */
export interface VersionedCatalog<Row, Filter> {
  create(by: Principal, body: unknown): Promise<Row>
  /** Latest version; NOT_FOUND. */
  get(id: string): Promise<Row>
  list(filter: Filter, sort: Sort, page: Page): Promise<Listed<Row>>
  update(by: Principal, id: string, body: unknown): Promise<Row>
  delete(by: Principal, id: string): Promise<void>
  /** Body `{status, rollout_percentage?, stop_when?}`, of workflows `{shadow}` too; answers when the change is live. */
  setStatus(by: Principal, id: string, body: unknown): Promise<Row>
  /** The same body; what would change and what stands in the way. Nothing is written. NOT_FOUND, VALIDATION_ERROR. */
  rehearseStatus(id: string, body: unknown): Promise<StatusRehearsal>
  versions(id: string, page: Page): Promise<Listed<Row>>
  createVersion(by: Principal, id: string): Promise<Row>
}

export interface ConnectorCatalog {
  create(by: Principal, body: unknown): Promise<ConnectorView>
  get(id: string): Promise<ConnectorView>
  list(filter: ConnectorFilter, page: Page): Promise<Listed<ConnectorView>>
  update(by: Principal, id: string, body: unknown): Promise<ConnectorView>
  delete(by: Principal, id: string): Promise<void>
  /** Really connects to it, enabled or not. Changes nothing, so there is no audit row. NOT_FOUND. */
  test(id: string): Promise<ProbeReport>
  /** Writes the audit row, then reads every connector and its secrets anew; what is the same keeps its connections. */
  reload(by: Principal): Promise<ReloadedConnectors>
}

export interface ReloadedConnectors {
  /** Enabled ones that can be used. */
  readonly connectors: number
  readonly load_issues: LoadIssues['connectors']
}

/** How versions of a workflow share its traffic, and how an earlier one comes back. Both answer when it is live. */
export interface RolloutCatalog {
  /** Body `{rollout_percentage, stop_when?}`; gives the newer version. */
  setShare(by: Principal, id: string, body: unknown): Promise<Workflow>
  /** Body `{version}`; gives the new version, which has its content and answers alone. */
  rollback(by: Principal, id: string, body: unknown): Promise<Workflow>
  /**
   * The newer version is archived and the older one answers alone, by the principal `system`. CONFLICT when that is not
   * asked for any more.
   */
  putBack(verdict: Verdict): Promise<Stopped>
}

/** What is written down: the only writer of definitions and audit rows. */
export interface Catalog {
  readonly workflows: VersionedCatalog<Workflow, WorkflowFilter>
  readonly channels: VersionedCatalog<Channel, ChannelFilter>
  readonly connectors: ConnectorCatalog
  /** Import and export of each kind. */
  readonly transfers: Transfers
  /** All definitions of a body at once, or none; answers when they are live. See `apply/`. */
  apply(by: Principal, body: unknown): Promise<ApplyPlan>
  /** Every definition as a file holds it, page by page; `after` is the `next` of the page before. */
  definitions(after: string, limit: number): Promise<DefinitionPage>
  readonly rollout: RolloutCatalog
  /** What the draft of a workflow does otherwise than what is active; NOT_FOUND when none runs beside it. */
  shadow(id: string): Promise<ShadowReport>
  /** What a workflow would be refused for, and what is doubtful about it; nothing is written. */
  lintWorkflow(body: unknown): Promise<readonly Finding[]>
  /** The same of a channel; what its workflow reads is known. */
  lintChannel(body: unknown): Promise<readonly Finding[]>
  readonly breakers: BreakerCatalog
  /** The same of a connector; masks have nothing behind them. */
  lintConnector(body: unknown): Promise<readonly Finding[]>
  readonly survey: Survey
  readonly secrets: SecretCatalog
  auditLogs(page: Page): Promise<Listed<AuditEntry>>
  /** Writes the audit row of a manual reload, then reloads. */
  reload(by: Principal): Promise<void>
  /** Writes the audit row, then drops the cached answers of a namespace; VALIDATION_ERROR. */
  invalidateNamespace(by: Principal, namespace: string): Promise<readonly Invalidated[]>
}
