import type { ErrorCode } from '../errors.ts'
import { causeLine, innermostStack } from './cause-chain.ts'
import type { CounterName } from './counters.ts'
import type { LogFields } from './log.ts'
import type { Telemetry } from './telemetry.ts'

// One function per event: it writes the structured line and counts. Never a payload, never a secret.

export interface Build {
  readonly version: string
  readonly gitHash: string
  readonly builtAt: string
}

export function serverStarting({ log }: Telemetry, build: Build, environment: string): void {
  log.write('info', 'orion', 'Starting Orion — Declarative Services Runtime', {
    version: build.version,
    git_hash: build.gitHash,
    build_timestamp: build.builtAt,
    environment,
  })
}

export function serverReady({ log }: Telemetry, address: string, storage: string): void {
  log.write('info', 'orion', 'Orion is ready', { address, storage, tcp_nodelay: true })
}

export function configWarning({ log }: Telemetry, warning: string): void {
  log.write('warn', 'orion::config', warning)
}

export function shutdownSignal({ log }: Telemetry, signal: string): void {
  log.write('info', 'orion', 'Shutdown signal received', { signal })
}

/** Requests were still running when the time for finishing them was over. */
export function drainCut({ log }: Telemetry, seconds: number): void {
  log.write('warn', 'orion', 'Requests in flight were cut off', { shutdown_drain_secs: seconds })
}

export function serverStopped({ log, counters }: Telemetry): void {
  const counted = Object.entries(counters.snapshot()).filter(([, count]) => count > 0)
  log.write('info', 'orion', 'Orion shut down cleanly', Object.fromEntries(counted))
}

/** An error that reached nobody: a defect. The process lives, the counter tells. */
export function strayError({ log, counters }: Telemetry, error: unknown): void {
  counters.increment('panic')
  log.write('error', 'orion', 'Unhandled error', causeFields(error))
}

export function adminAudit({ log }: Telemetry, entry: AuditFields): void {
  log.write('info', 'audit', 'admin_audit_event', { ...entry })
}

type AuditFields = Record<'principal' | 'action' | 'resource_type' | 'resource_id', string>

/** A wrong or missing admin key; `path` is a route pattern. */
export function authFailure(
  { log, counters }: Telemetry,
  failure: { request_id: string; path: string },
): void {
  counters.increment('auth_failure')
  log.write('warn', 'orion::auth', 'Admin authentication failed', failure)
}

interface FailedRequest {
  requestId: string
  route: string | undefined
  code: ErrorCode
  /** False for what nobody expected: a throw that is not an OrionError. */
  expected: boolean
  cause: unknown
}

/** A request that was answered with an error whose cause only the log may see. */
export function requestFailed({ log, counters }: Telemetry, failed: FailedRequest): void {
  const counter = failed.expected ? FAILURE_COUNTERS[failed.code] : 'panic'
  if (counter !== undefined) counters.increment(counter)
  log.write(failed.expected ? 'warn' : 'error', 'orion::http', 'Request failed', {
    request_id: failed.requestId,
    'http.route': failed.route,
    code: failed.code,
    ...causeFields(failed.cause),
  })
}

const FAILURE_COUNTERS: Partial<Record<ErrorCode, CounterName>> = {
  TIMEOUT: 'timeout',
  ENGINE_ERROR: 'engine',
  RESPONSE_TOO_LARGE: 'result_size_exceeded',
}

/** The run was answered, its trace is lost. */
export function traceWriteFailed({ log, counters }: Telemetry, traceId: string, error: unknown): void {
  counters.increment('trace_write')
  log.write('error', 'orion::trace', 'Trace could not be stored', {
    trace_id: traceId,
    ...causeFields(error),
  })
}

export function traceStorageRecovered({ log }: Telemetry): void {
  log.write('info', 'orion::trace', 'Traces can be stored again')
}

/** Cached answers stay although somebody wants them dropped. */
export function cacheInvalidationFailed({ log, counters }: Telemetry, store: string, error: unknown): void {
  counters.increment('guard_store')
  log.write('error', 'orion::cache', 'Cached answers could not be invalidated', {
    store,
    ...causeFields(error),
  })
}

export function channelQuarantined({ log, counters }: Telemetry, channel: string, reason: string): void {
  counters.increment('quarantine')
  log.write('error', 'orion::reload', 'Channel is quarantined', { channel, reason })
}

/** Calls of a channel over a connector are refused for a while; once more each time that a probe fails. */
export function breakerOpened(
  { log, counters }: Telemetry,
  breaker: Readonly<Record<'channel' | 'connector' | 'reason', string>>,
): void {
  counters.increment('breaker_opened')
  log.write('warn', 'orion::connector', 'Circuit breaker opened', breaker)
}

/** A guard goes on without its store as its channel says; once per outage. */
export function guardStoreFailed(
  { log }: Telemetry,
  guard: GuardFields,
  policy: string,
  error: unknown,
): void {
  log.write('error', 'orion::guard', 'Store of a guard does not answer', {
    channel: guard.channel,
    guard: guard.guard,
    on_store_error: policy,
    ...causeFields(error),
  })
}

export function guardStoreRecovered({ log }: Telemetry, { channel, guard }: GuardFields): void {
  log.write('info', 'orion::guard', 'Store of a guard answers again', { channel, guard })
}

/** Expired idempotency keys stay; once per outage. */
export function keyUpkeepFailed({ log }: Telemetry, error: unknown): void {
  log.write('warn', 'orion::guard', 'Expired idempotency keys could not be removed', causeFields(error))
}

/** `url` is without its query, which may hold a credential. */
export function keySetFailed({ log }: Telemetry, url: string, error: unknown): void {
  const { origin = 'unknown', pathname = '' } = URL.parse(url) ?? {}
  log.write('warn', 'orion::guard', 'The keys that tokens are checked with could not be fetched', {
    url: `${origin}${pathname}`,
    ...causeFields(error),
  })
}

type GuardFields = Readonly<Record<'channel' | 'guard', string>>

export function reloaded({ log }: Telemetry, generation: number, channels: number, durationMs: number): void {
  log.write('info', 'orion::reload', 'Engine reloaded', {
    generation,
    channels,
    duration_ms: Math.round(durationMs * 100) / 100,
  })
}

export function reloadFailed({ log, counters }: Telemetry, error: unknown): void {
  counters.increment('reload_failure')
  log.write('error', 'orion::reload', 'Engine reload failed; the old one serves on', causeFields(error))
}

/** A version was put back by itself. */
export function rolloutStopped({ log, counters }: Telemetry, stopped: StoppedFields, reason: string): void {
  counters.increment('rollout_stopped')
  log.write('warn', 'orion::rollout', 'Rollout stopped by itself', { ...stopped, reason })
}

/** It goes on until it is judged anew. */
export function rolloutStopFailed(
  { log, counters }: Telemetry,
  stopped: StoppedFields,
  error: unknown,
): void {
  counters.increment('rollout_stop_failure')
  log.write('error', 'orion::rollout', 'Rollout could not be stopped', { ...stopped, ...causeFields(error) })
}

interface StoppedFields {
  readonly workflow_id: string
  readonly version: number
}

function causeFields(error: unknown): LogFields {
  return { error: causeLine(error), stack: innermostStack(error) }
}
