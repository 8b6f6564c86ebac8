import { openCatalog } from './catalog/catalog.ts'
import { CorsPolicy } from './channel/cors/policy.ts'
import { rateOf } from './channel/rate-limit/bucket-store.ts'
import { type InvalidateNamespace, openInvalidation } from './channel/response-cache/invalidation.ts'
import { MemoryResponseCache } from './channel/response-cache/memory-store.ts'
import { adminKeys } from './config/admin-keys.ts'
import { platformRate } from './config/platform-rate.ts'
import type { Config } from './config/schema.ts'
import { channelFilter } from './dispatch/channel-filter.ts'
import { openDispatch } from './dispatch/dispatch.ts'
import { memoryStores } from './dispatch/guards/guard-stores.ts'
import { RuntimeRegistry } from './dispatch/guards/registry.ts'
import { StoreWatch } from './dispatch/guards/store-watch.ts'
import { type OpenLive, openLive } from './dispatch/open-live.ts'
import { taskLog } from './dispatch/task-log.ts'
import { openTraceRecorder } from './dispatch/trace-recorder.ts'
import { builtInFunctions, functionTable } from './engine/functions/index.ts'
import type { EngineLimits, FunctionDescriptor, FunctionTable } from './engine/functions-api.ts'
import { engineLimits } from './engine/limits.ts'
import { compileWorkflow } from './engine/workflow.ts'
import { clientAddress } from './server/client-address.ts'
import { dataPlane } from './server/data-plane.ts'
import type { Plane } from './server/exchange.ts'
import type { Listener } from './server/listen.ts'
import { type PlatformLimit, platformLimit } from './server/platform-limit.ts'
import { createServer } from './server/server.ts'
import { type Clock, systemClock } from './std/clock.ts'
import { every } from './std/every.ts'
import { writeExactIntegers } from './std/exact-integers.ts'
import { newId } from './std/ids.ts'
import { openStore } from './storage/open-store.ts'
import type { Store } from './storage/store.ts'
import { type Build, cacheInvalidationFailed } from './telemetry/events.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

export interface OrionParts {
  readonly telemetry: Telemetry
  readonly build: Build
  readonly clock?: Clock
  /** Functions of workflows beside the built-in ones. */
  readonly functions?: readonly FunctionDescriptor[]
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
  readonly clock: Clock
  readonly store: Store
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly responseCache: MemoryResponseCache
  readonly invalidate: InvalidateNamespace
}

/** The start-up sequence. What has been opened is closed again when a later step fails. */
export async function openOrion(config: Config, parts: OrionParts): Promise<Orion> {
  const { telemetry, build, clock = systemClock } = parts
  writeExactIntegers()
  await using opened = new AsyncDisposableStack()
  const store = opened.use(await openStorage(config, telemetry, clock))
  const responseCache = openResponseCache(config, clock)
  const cleanUpMs = config.engine.cache_cleanup_interval_secs * 1000
  opened.use(every(cleanUpMs, () => responseCache.sweep()))
  const ground: Ground = {
    config,
    telemetry,
    clock,
    store,
    functions: functionTable([...builtInFunctions, ...(parts.functions ?? [])]),
    limits: engineLimits(config.engine),
    responseCache,
    invalidate: openInvalidation([responseCache], (name, error) =>
      cacheInvalidationFailed(telemetry, name, error),
    ),
  }
  const storeWatch = new StoreWatch(telemetry)
  const live = opened.use(await openLiveState(ground, build, storeWatch))
  const { functions, limits, invalidate } = ground
  const catalog = openCatalog({
    store,
    live,
    functions,
    limits,
    invalidate,
    platformRate: platformRate(config),
    telemetry,
    clock,
    newId,
  })
  const limit = openPlatformLimit(ground)
  const server = createServer({
    dataPlane: openTraffic(ground, live, limit),
    catalog,
    live,
    traces: store.traces,
    workbench: {
      functions,
      limits,
      clock,
      newId,
      log: taskLog(telemetry.log),
      invalidate,
      timeoutMs: config.engine.default_timeout_ms,
    },
    databaseHealthy: () => store.healthy(),
    failingStores: () => storeWatch.failing,
    healthTimeoutMs: config.engine.health_check_timeout_secs * 1000,
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
  const owned = opened.move()
  const { host, port } = config.server
  return {
    fetch: request => server.fetch(request),
    listen: () => server.listen({ host, port }),
    beginDrain: () => server.beginDrain(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
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

function openResponseCache({ engine }: Config, clock: Clock): MemoryResponseCache {
  return new MemoryResponseCache({
    clock,
    maxBytes: engine.cache_max_bytes,
    maxEntries: engine.cache_max_entries,
  })
}

function openLiveState(ground: Ground, build: Build, storeWatch: StoreWatch): Promise<OpenLive> {
  const { config, telemetry, clock, store, functions, limits, responseCache } = ground
  const { mode, sample_rate, errors_only } = config.tracing.storage
  return openLive({
    store,
    clock,
    telemetry,
    version: build.version,
    reloadTimeoutMs: config.engine.reload_timeout_secs * 1000,
    defaultTimeoutMs: config.engine.default_timeout_ms,
    tracing: { mode, sampleRate: sample_rate, errorsOnly: errors_only },
    profiles: config.tracing.debug_profile_enabled,
    limits,
    cors: config.cors,
    registry: new RuntimeRegistry(),
    storeWatch,
    responseCache,
    localCache: responseCache,
    stores: memoryStores(clock),
    serves: channelFilter(config.channels),
    compile: workflow => compileWorkflow(workflow, { functions, limits, clock }),
  })
}

function openPlatformLimit({ config, clock, telemetry }: Ground): PlatformLimit | undefined {
  const { enabled, default_rps, default_burst, endpoints } = config.rate_limit
  if (!enabled) return undefined
  const rates = {
    default: rateOf(default_rps, default_burst),
    adminPerSecond: endpoints.admin_rps,
    dataPerSecond: endpoints.data_rps,
  }
  return platformLimit(rates, clock, telemetry.counters)
}

function openTraffic(ground: Ground, live: OpenLive, limit: PlatformLimit | undefined): Plane {
  const { config, telemetry, clock, store, functions, limits, invalidate } = ground
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
