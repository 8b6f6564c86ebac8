import { type AdminAccessOptions, adminAccess } from '../auth/admin-access.ts'
import { BackOff, type Sleep } from '../auth/back-off.ts'
import type { Catalog } from '../catalog/api.ts'
import type { CorsPolicy } from '../channel/cors/policy.ts'
import type { BreakerState } from '../connector/breaker/breaker.ts'
import type { Live } from '../dispatch/live.ts'
import type { Replay } from '../dispatch/rehearsal/replay.ts'
import type { DryRunNeeds } from '../engine/dry-run.ts'
import type { Clock } from '../std/clock.ts'
import type { TraceRepository } from '../storage/store.ts'
import { authFailure, type Build, requestFailed } from '../telemetry/events.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { ReportFailure } from './answer.ts'
import type { ClientAddress } from './client-address.ts'
import { controlPlane } from './control-plane.ts'
import { edge } from './edge.ts'
import type { Exchange, Plane } from './exchange.ts'
import { type ListenAt, type Listener, listen } from './listen.ts'
import { openApiDocument } from './openapi.ts'
import type { PlatformLimit } from './platform-limit.ts'
import type { Route } from './route.ts'
import { applyRoutes } from './routes/apply.ts'
import { auditLogRoutes } from './routes/audit-logs.ts'
import { cacheRoutes } from './routes/cache.ts'
import { channelRoutes } from './routes/channels.ts'
import { breakerRoutes } from './routes/circuit-breakers.ts'
import { connectorRoutes } from './routes/connectors.ts'
import { docsRoutes } from './routes/docs.ts'
import { engineRoutes } from './routes/engine.ts'
import { expressionRoutes } from './routes/expressions.ts'
import { healthRoutes } from './routes/health.ts'
import { replayRoute } from './routes/replay.ts'
import { rolloutRoutes } from './routes/rollout.ts'
import { secretRoutes } from './routes/secrets.ts'
import { shadowRoute } from './routes/shadow.ts'
import { surveyRoutes } from './routes/survey.ts'
import { traceRoutes } from './routes/traces.ts'
import { trafficDoc } from './routes/traffic.ts'
import { transferRoutes } from './routes/transfer.ts'
import { vocabularyRoutes } from './routes/vocabulary.ts'
import { workflowTestRoute } from './routes/workflow-test.ts'
import { workflowRoutes } from './routes/workflows.ts'

export interface ServerNeeds {
  readonly dataPlane: Plane
  readonly catalog: Catalog
  readonly live: Pick<Live, 'status'>
  readonly rollouts: Pick<Live, 'rollout'>
  readonly traces: Pick<TraceRepository, 'get' | 'list'>
  /** Where authors try what they write. */
  readonly workbench: DryRunNeeds
  /** Runs stored requests again. */
  readonly replay: Pick<Replay, 'run'>
  /** Whether the database answers. */
  readonly databaseHealthy: () => Promise<boolean>
  readonly healthTimeoutMs: number
  /** Guards whose stores do not answer. */
  readonly failingStores: () => readonly string[]
  /** Circuit breakers that are not closed, by `channel:connector`. */
  readonly openBreakers: () => Readonly<Record<string, BreakerState>>
  readonly adminAccess: AdminAccessOptions
  /** Which web pages may ask. */
  readonly cors: CorsPolicy
  readonly clientAddress: ClientAddress
  /** Of the whole platform; undefined is no limit. */
  readonly limit: PlatformLimit | undefined
  /** `ingest.max_payload_size`. */
  readonly maxBodyBytes: number
  readonly build: Build
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly newId: () => string
}

/** The HTTP edge of one Orion. */
export interface Server {
  /** Answers a request of this process through the same door as the port; never rejects. */
  fetch(request: Request): Promise<Response>
  /** Opens the port; throws when it is taken. */
  listen(at: ListenAt): Listener
  /** Readiness goes and every answer closes its connection, from here on. */
  beginDrain(): void
}

export function createServer(needs: ServerNeeds): Server {
  let draining = false
  const report = failureReport(needs.telemetry)
  const door = edge({
    dataPlane: needs.dataPlane,
    controlPlane: controlPlane({
      routes: allRoutes(needs, () => !draining),
      access: adminAccess(needs.adminAccess, new BackOff(needs.clock.monotonic, sleep)),
      onWrongKey: ({ requestId, path }) => authFailure(needs.telemetry, { request_id: requestId, path }),
      maxBodyBytes: needs.maxBodyBytes,
      report,
    }),
    cors: needs.cors,
    clientAddress: needs.clientAddress,
    limit: needs.limit,
    clock: needs.clock,
    newId: needs.newId,
    report,
    onAnswer: accessLine(needs),
    draining: () => draining,
  })
  return {
    fetch: request => door(request),
    listen: at => listen(door, at, needs.maxBodyBytes),
    beginDrain: () => {
      draining = true
    },
  }
}

/** Every operation of the control plane; the document describes them, itself included. */
function allRoutes(needs: ServerNeeds, accepting: () => boolean): Route[] {
  const { catalog, live, build, databaseHealthy, failingStores, workbench } = needs
  const described = [
    ...workflowRoutes(catalog),
    ...rolloutRoutes(catalog, needs.rollouts),
    workflowTestRoute(catalog.workflows, workbench),
    replayRoute(needs.replay),
    shadowRoute(catalog),
    ...channelRoutes(catalog),
    ...breakerRoutes(catalog.breakers),
    ...connectorRoutes(catalog),
    ...transferRoutes(catalog.transfers),
    ...applyRoutes(catalog),
    ...surveyRoutes(catalog.survey),
    ...secretRoutes(catalog.secrets),
    ...expressionRoutes(workbench),
    ...vocabularyRoutes(workbench.functions),
    ...cacheRoutes(catalog),
    ...engineRoutes(catalog, live, needs.telemetry.counters),
    ...auditLogRoutes(catalog),
    ...traceRoutes(needs.traces),
    ...healthRoutes({
      build,
      live,
      databaseHealthy,
      timeoutMs: needs.healthTimeoutMs,
      failingStores,
      openBreakers: needs.openBreakers,
      accepting,
    }),
  ]
  const document = openApiDocument({
    routes: [...described, trafficDoc],
    version: build.version,
    keyHeader: needs.adminAccess.header,
  })
  return [...described, ...docsRoutes(document)]
}

function failureReport(telemetry: Telemetry): ReportFailure {
  return ({ requestId, route }, { code, expected, cause }) =>
    requestFailed(telemetry, { requestId, route, code, expected, cause })
}

function accessLine({ telemetry, clock }: ServerNeeds): (exchange: Exchange, status: number) => void {
  const { log } = telemetry
  return ({ requestId, method, route, responseLength, startedMs }, status) =>
    log.access({
      requestId,
      method,
      route: route ?? '-',
      status,
      responseLength,
      durationMs: clock.monotonic() - startedMs,
    })
}

const sleep: Sleep = (ms, signal) => {
  if (signal.aborted) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
