import type { Catalog } from './catalog/api.ts'
import { openCatalog } from './catalog/catalog.ts'
import { CorsPolicy } from './channel/cors/policy.ts'
import { type InvalidateNamespace, openInvalidation } from './channel/response-cache/invalidation.ts'
import { adminKeys } from './config/admin-keys.ts'
import { egressLists } from './config/egress-lists.ts'
import { platformRate } from './config/platform-rate.ts'
import type { Config } from './config/schema.ts'
import { Breakers } from './connector/breaker/breakers.ts'
import { Egress } from './connector/egress/egress.ts'
import { type Lookup, systemLookup } from './connector/egress/host-lookups.ts'
import type { DatabaseNeeds } from './connector/kinds/db/needs.ts'
import { ConnectorRuntime } from './connector/live/connector-runtime.ts'
import { channelFilter } from './dispatch/channel-filter.ts'
import { openDispatch } from './dispatch/dispatch.ts'
import { type GuardState, openGuardState } from './dispatch/guards/guard-state.ts'
import type { GuardStores } from './dispatch/guards/guard-stores.ts'
import { type OpenLive, openLive } from './dispatch/open-live.ts'
import { taskLog } from './dispatch/task-log.ts'
import { openTraceRecorder } from './dispatch/trace-recorder.ts'
import { builtInFunctions, functionTable } from './engine/functions/index.ts'
import type { EngineLimits, FunctionDescriptor, FunctionTable } from './engine/functions-api.ts'
import { engineLimits } from './engine/limits.ts'
import { compileInPortions } from './engine/workflow.ts'
import { clientAddress } from './server/client-address.ts'
import { dataPlane } from './server/data-plane.ts'
import type { Plane } from './server/exchange.ts'
import type { Listener } from './server/listen.ts'
import { openPlatformLimit, type PlatformLimit } from './server/platform-limit.ts'
import { createServer, type Server } from './server/server.ts'
import { type Clock, systemClock } from './std/clock.ts'
import { every } from './std/every.ts'
import { writeExactIntegers } from './std/exact-integers.ts'
import { newId } from './std/ids.ts'
import { parseLocation } from './storage/location.ts'
import { openStore } from './storage/open-store.ts'
import type { Store } from './storage/store.ts'
import { type Build, cacheInvalidationFailed } from './telemetry/events.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface OrionParts {
  readonly telemetry: Telemetry
  readonly build: Build
  readonly clock?: Clock
  /** Where names of hosts that connectors call are resolved. */
  readonly lookup?: Lookup
  /** Functions of workflows beside the built-in ones. */
  readonly functions?: readonly FunctionDescriptor[]
  /** Where guards keep what they remember; what is left out is in memory, answered keys in the database. */
  readonly guardStores?: Partial<GuardStores>
  /** Runs this program again; its databases of SQLite behind connectors live in such processes. */
  readonly sqliteCommand?: readonly string[]
}

/** A whole Orion: storage, catalog, what is live, and the HTTP door. Disposing stops it in reverse order. */
export interface Orion extends AsyncDisposable {
  /** Answers a request of this process through the same door as the port; never rejects. */
  fetch(request: Request): Promise<Response>
  /** Opens the configured port; throws when it is taken. */
  listen(): Listener
  /** Readiness goes, and every answer closes its connection, from here on. */
  beginDrain(): void
}

/** What every part is given. */
interface Ground {
  readonly config: Config
  readonly telemetry: Telemetry
  readonly build: Build
  readonly clock: Clock
  readonly store: Store
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly guards: GuardState
  readonly connectors: ConnectorRuntime
  readonly breakers: Breakers
  readonly invalidate: InvalidateNamespace
  /** Of the whole platform, per client; undefined is none. */
  readonly limit: PlatformLimit | undefined
}

const CONNECTOR_UPKEEP_INTERVAL_MS = 10_000

/** The start-up sequence. What has been opened is closed again when a later step fails. */
export async function openOrion(config: Config, parts: OrionParts): Promise<Orion> {
  writeExactIntegers()
  await using opened = new AsyncDisposableStack()
  const ground = await openGround(config, parts, opened)
  const live = opened.use(await openLiveState(ground))
  const server = openDoor(ground, live, openDefinitions(ground, live))
  const owned = opened.move()
  const { host, port } = config.server
  return {
    fetch: request => server.fetch(request),
    listen: () => server.listen({ host, port }),
    beginDrain: () => server.beginDrain(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What is opened first and closed last. */
async function openGround(
  config: Config,
  {
    telemetry,
    build,
    clock = systemClock,
    lookup = systemLookup,
    functions = [],
    guardStores = {},
    sqliteCommand = [],
  }: OrionParts,
  opened: AsyncDisposableStack,
): Promise<Ground> {
  const store = opened.use(await openStorage(config, telemetry, clock))
  const guards = opened.use(openGuardState({ config, store, telemetry, clock, stores: guardStores }))
  const breakers = openBreakers(config, clock)
  const connectors = opened.use(
    new ConnectorRuntime({
      breakers,
      clock,
      egress: new Egress({ lists: egressLists(config), lookup, clock }),
      databases: databaseNeeds(config, sqliteCommand),
      chance: Math.random,
      resolve: ({ config: asStored }) => ({ config: asStored }),
      maxOpenClients: config.engine.max_pool_cache_entries,
    }),
  )
  opened.use(every(CONNECTOR_UPKEEP_INTERVAL_MS, () => connectors.tick()))
  return {
    config,
    telemetry,
    build,
    clock,
    store,
    functions: functionTable([...builtInFunctions, ...functions]),
    limits: engineLimits(config.engine),
    guards,
    connectors,
    breakers,
    invalidate: openInvalidation([guards.responseCache], (name, error) =>
      cacheInvalidationFailed(telemetry, name, error),
    ),
    limit: openPlatformLimit(config.rate_limit, clock, telemetry.counters),
  }
}

function openStorage({ storage }: Config, { log }: Telemetry, clock: Clock): Promise<Store> {
  return openStore({
    url: storage.url.reveal(),
    busyTimeoutMs: storage.busy_timeout_ms,
    walLimitMb: storage.wal_limit_mb,
    clock,
    log,
  })
}

/** The file of our own database, which no connector opens. */
function databaseFile(url: string): string | undefined {
  const location = parseLocation(url)
  return location.kind === 'file' ? location.path : undefined
}

function databaseNeeds({ query, connectors, storage }: Config, command: readonly string[]): DatabaseNeeds {
  return {
    rowLimits: { maxRows: query.max_limit, maxBytes: query.max_bytes },
    sqlite: { folder: connectors.sqlite_dir, ownFile: databaseFile(storage.url.reveal()), command },
  }
}

function openBreakers({ engine }: Config, clock: Clock): Breakers {
  const { enabled, failure_threshold, recovery_timeout_secs, max_breakers } = engine.circuit_breaker
  return new Breakers(
    {
      enabled,
      failureThreshold: failure_threshold,
      recoveryMs: recovery_timeout_secs * 1000,
      maxBreakers: max_breakers,
    },
    clock,
  )
}

function openLiveState(ground: Ground): Promise<OpenLive> {
  const { config, telemetry, clock, store, functions, limits, guards } = ground
  const { mode, sample_rate, errors_only } = config.tracing.storage
  return openLive({
    ...guards,
    connectorRuntime: ground.connectors,
    store,
    clock,
    telemetry,
    version: ground.build.version,
    reloadTimeoutMs: config.engine.reload_timeout_secs * 1000,
    defaultTimeoutMs: config.engine.default_timeout_ms,
    tracing: { mode, sampleRate: sample_rate, errorsOnly: errors_only },
    profiles: config.tracing.debug_profile_enabled,
    limits,
    cors: config.cors,
    serves: channelFilter(config.channels),
    compile: workflow => compileInPortions(workflow, { functions, limits, clock }),
  })
}

function openDefinitions(ground: Ground, live: OpenLive): Catalog {
  const { config, telemetry, clock, store, functions, limits, invalidate } = ground
  return openCatalog({
    store,
    live,
    functions,
    limits,
    invalidate,
    platformRate: platformRate(config),
    breakers: ground.breakers,
    telemetry,
    clock,
    newId,
  })
}

function openDoor(ground: Ground, live: OpenLive, catalog: Catalog): Server {
  const { config, telemetry, build, clock, store, functions, limits, guards, invalidate, limit } = ground
  const { default_timeout_ms: timeoutMs, health_check_timeout_secs } = config.engine
  const log = taskLog(telemetry.log)
  return createServer({
    dataPlane: openTraffic(ground, live),
    catalog,
    live,
    traces: store.traces,
    workbench: {
      functions,
      limits,
      clock,
      newId,
      log,
      invalidate,
      timeoutMs,
      connectors: () => live.snapshot().connections.calls,
    },
    databaseHealthy: () => store.healthy(),
    failingStores: () => guards.storeWatch.failing,
    healthTimeoutMs: health_check_timeout_secs * 1000,
    adminAccess: {
      keys: config.admin_auth.enabled ? adminKeys(config) : [],
      header: config.admin_auth.header,
      allowOpen: config.admin_auth.allow_open,
    },
    cors: new CorsPolicy(config.cors),
    clientAddress: clientAddress(config.server.trusted_proxies),
    limit,
    maxBodyBytes: config.ingest.max_payload_size,
    build,
    telemetry,
    clock,
    newId,
  })
}

function openTraffic(ground: Ground, live: OpenLive): Plane {
  const { config, telemetry, clock, store, functions, limits, invalidate, limit } = ground
  const dispatch = openDispatch({
    recorder: openTraceRecorder({ store, clock, telemetry }),
    clock,
    chance: Math.random,
    log: taskLog(telemetry.log),
    invalidate,
    functions,
    limits,
    maxResultBytes: config.queue.max_result_size_bytes,
  })
  return dataPlane({
    snapshot: () => live.snapshot(),
    dispatch,
    limit,
    maxBodyBytes: config.ingest.max_payload_size,
  })
}
