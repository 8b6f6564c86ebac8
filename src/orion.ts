import type { FetchKeys } from './auth/channel/key-sets.ts'
import type { Catalog } from './catalog/api.ts'
import { openCatalog } from './catalog/catalog.ts'
import { openRolloutStops } from './catalog/rollout-stops.ts'
import { CorsPolicy } from './channel/cors/policy.ts'
import { type InvalidateNamespace, openInvalidation } from './channel/response-cache/invalidation.ts'
import { adminKeys } from './config/admin-keys.ts'
import { egressLists } from './config/egress-lists.ts'
import { platformRate } from './config/platform-rate.ts'
import type { Config } from './config/schema.ts'
import type { Environment } from './config/substitute.ts'
import { Egress } from './connector/egress/egress.ts'
import { fetchDocument } from './connector/egress/fetch-document.ts'
import { type Lookup, systemLookup } from './connector/egress/host-lookups.ts'
import { databaseNeeds } from './connector/kinds/db/needs.ts'
import { type OpenConnectorRuntime, openConnectors } from './connector/live/open-connectors.ts'
import { type CallLimits, openCalls } from './dispatch/calls/open-calls.ts'
import { outsideCalls } from './dispatch/calls/outside-calls.ts'
import { channelFilter } from './dispatch/channel-filter.ts'
import { type Dispatch, openDispatch } from './dispatch/dispatch.ts'
import { type GuardState, openGuardState } from './dispatch/guards/guard-state.ts'
import type { GuardStores } from './dispatch/guards/guard-stores.ts'
import { type OpenLive, openLive } from './dispatch/open-live.ts'
import { Replay } from './dispatch/rehearsal/replay.ts'
import { openShadowing, type Shadowing } from './dispatch/rehearsal/shadowing.ts'
import { resolveConnector } from './dispatch/resolved-config.ts'
import { taskLog } from './dispatch/task-log.ts'
import { openTraceRecorder } from './dispatch/trace-recorder.ts'
import { builtInFunctions, functionTable } from './engine/functions/index.ts'
import type { EngineLimits, FunctionDescriptor, FunctionTable } from './engine/functions-api.ts'
import { engineLimits } from './engine/limits.ts'
import { compileInPortions } from './engine/workflow.ts'
import type { KeyRing } from './secrets/key-ring.ts'
import { openKeyRing } from './secrets/open-key-ring.ts'
import { type OpenSecretsOf, secretsOf } from './secrets/open-secrets.ts'
import { clientAddress } from './server/client-address.ts'
import { dataPlane } from './server/data-plane.ts'
import type { Listener } from './server/listen.ts'
import { openPlatformLimit, type PlatformLimit } from './server/platform-limit.ts'
import { TEST_CHANNEL } from './server/routes/workflow-test.ts'
import { createServer, type Server } from './server/server.ts'
import { type Clock, systemClock } from './std/clock.ts'
import { writeExactIntegers } from './std/exact-integers.ts'
import { newId } from './std/ids.ts'
import { fileOf } from './storage/location.ts'
import { openStore } from './storage/open-store.ts'
import { DEFAULT_SCOPE } from './storage/scope.ts'
import type { Store } from './storage/store.ts'
import { type Build, cacheInvalidationFailed } from './telemetry/events.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface OrionParts {
  readonly telemetry: Telemetry
  readonly build: Build
  readonly clock?: Clock
  /** Where names of hosts that connectors call are resolved. */
  readonly lookup?: Lookup
  /** The variables that definitions may name; none when left out. */
  readonly env?: Environment
  /** Functions of workflows beside the built-in ones. */
  readonly functions?: readonly FunctionDescriptor[]
  /** From 0 to below 1, for what is left to chance: sampling, and which version answers. */
  readonly chance?: () => number
  /** Where guards keep what they remember; what is left out is in memory, answered keys in the database. */
  readonly guardStores?: Partial<GuardStores>
  /** Runs this program again, for databases of SQLite behind connectors. */
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
  readonly chance: () => number
  readonly limits: EngineLimits
  readonly guards: GuardState
  readonly connectors: OpenConnectorRuntime
  readonly ring: KeyRing
  readonly openSecrets: OpenSecretsOf
  readonly invalidate: InvalidateNamespace
  /** Of the whole platform, per client; undefined is none. */
  readonly limit: PlatformLimit | undefined
}

/** The start-up sequence. What has been opened is closed again when a later step fails. */
export async function openOrion(config: Config, parts: OrionParts): Promise<Orion> {
  writeExactIntegers()
  await using opened = new AsyncDisposableStack()
  const ground = await openGround(config, parts, opened)
  const shadowing = opened.use(openShadowing({ ...ground, maxResultBytes: maxResultBytes(config) }))
  const live = opened.use(await openLiveState(ground, shadowing))
  const catalog = openDefinitions(ground, live)
  opened.use(openRolloutStops({ live, rollout: catalog.rollout, telemetry: parts.telemetry }))
  const server = openDoor(ground, live, catalog)
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
    env = {},
    functions = [],
    chance = Math.random,
    guardStores: stores = {},
    sqliteCommand = [],
  }: OrionParts,
  opened: AsyncDisposableStack,
): Promise<Ground> {
  const store = opened.use(await openStorage(config, telemetry, clock))
  const egress = new Egress({ lists: egressLists(config), lookup, clock })
  const fetchKeys: FetchKeys = (url, allowPrivate) => fetchDocument(egress, clock, url, allowPrivate)
  const guards = opened.use(openGuardState({ config, store, telemetry, clock, fetchKeys, stores }))
  const userAgent = `orion/${build.version}`
  const ownFile = fileOf(config.storage.url.reveal())
  const databases = databaseNeeds(config, { ownFile, command: sqliteCommand })
  const outside = { egress, userAgent, databases }
  const connectors = opened.use(openConnectors(config, { clock, chance, telemetry, ...outside }))
  const ring = openKeyRing(config.secrets)
  return {
    config,
    telemetry,
    build,
    clock,
    store,
    ring,
    openSecrets: secretsOf({ config: config.secrets, env, ring, tenant: DEFAULT_SCOPE.tenant }),
    functions: functionTable([...builtInFunctions, ...functions]),
    chance,
    limits: engineLimits(config.engine),
    guards,
    connectors,
    invalidate: openInvalidation(
      () => [guards.responseCache, ...guards.registry.responseCaches.all],
      (name, error) => cacheInvalidationFailed(telemetry, name, error),
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

function maxResultBytes({ queue }: Config): number {
  return queue.max_result_size_bytes
}

function openLiveState(ground: Ground, shadowing: Shadowing): Promise<OpenLive> {
  const { config, telemetry, clock, store, functions, limits, guards } = ground
  const { mode, sample_rate, errors_only } = config.tracing.storage
  return openLive({
    ...guards,
    connectorRuntime: ground.connectors.runtime,
    openSecrets: ground.openSecrets,
    store,
    clock,
    telemetry,
    version: ground.build.version,
    reloadTimeoutMs: config.engine.reload_timeout_secs * 1000,
    defaultTimeoutMs: config.engine.default_timeout_ms,
    tracing: { mode, sampleRate: sample_rate, errorsOnly: errors_only },
    profiles: config.tracing.debug_profile_enabled,
    limits,
    shadowing,
    cors: config.cors,
    serves: channelFilter(config.channels),
    vars: config.vars,
    compile: (workflow, secrets) => compileInPortions(workflow, { functions, limits, clock, secrets }),
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
    breakers: ground.connectors.breakers,
    probe: connector =>
      ground.connectors.runtime.probe(connector, one => resolveConnector(one, live.snapshot().secrets)),
    ring: ground.ring,
    openSecrets: ground.openSecrets,
    telemetry,
    clock,
    newId,
  })
}

function openDoor(ground: Ground, live: OpenLive, catalog: Catalog): Server {
  const { config, telemetry, build, clock, store, functions, limits, guards, invalidate, limit } = ground
  const { default_timeout_ms: timeoutMs, health_check_timeout_secs } = config.engine
  const log = taskLog(telemetry.log)
  const dispatch = openWork(ground)
  const call = openCalls({ dispatch, clock, newId, limits: callLimits(config) })
  return createServer({
    dataPlane: dataPlane({
      snapshot: () => live.snapshot(),
      dispatch,
      limit,
      maxBodyBytes: config.ingest.max_payload_size,
    }),
    catalog,
    live,
    rollouts: live,
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
      secrets: () => live.snapshot().secrets.lookup,
      vars: config.vars,
      call: outsideCalls(call, () => live.snapshot(), { name: TEST_CHANNEL, timeoutMs }),
    },
    replay: openReplay(ground, live),
    databaseHealthy: () => store.healthy(),
    failingStores: () => guards.storeWatch.failing,
    openBreakers: () => ground.connectors.breakers.notClosed(),
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

function openReplay({ config, store, clock, functions, limits }: Ground, live: OpenLive): Replay {
  const snapshot = () => live.snapshot()
  return new Replay({ store, snapshot, clock, functions, limits, maxResultBytes: maxResultBytes(config) })
}

function callLimits({ engine }: Config): CallLimits {
  const { max_channel_call_depth: maxDepth, default_channel_call_timeout_ms: defaultTimeoutMs } = engine
  return { maxDepth, defaultTimeoutMs }
}

/** The one door of all work. */
function openWork(ground: Ground): Dispatch {
  const { config, telemetry, clock, store, functions, chance, limits, invalidate } = ground
  return openDispatch({
    recorder: openTraceRecorder({ store, clock, telemetry }),
    clock,
    chance,
    log: taskLog(telemetry.log),
    invalidate,
    functions,
    limits,
    maxResultBytes: maxResultBytes(config),
    newId,
    calls: callLimits(config),
  })
}
