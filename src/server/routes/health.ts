import { Type } from '@sinclair/typebox'
import type { BreakerState } from '../../connector/breaker/breaker.ts'
import type { EngineStatus, Live } from '../../dispatch/live.ts'
import type { Build } from '../../telemetry/events.ts'
import { type Route, route } from '../route.ts'

const tag = 'Operational'

export interface Probes {
  readonly build: Build
  readonly live: Pick<Live, 'status'>
  /** Whether the database answers; a rejection and no answer within `timeoutMs` mean no. */
  databaseHealthy(): Promise<boolean>
  readonly timeoutMs: number
  /** Guards whose stores do not answer; empty is well. */
  failingStores(): readonly string[]
  /** Circuit breakers that are not closed, by `channel:connector`. */
  openBreakers(): Readonly<Record<string, BreakerState>>
  /** True from the first snapshot on until the server begins to stop. */
  accepting(): boolean
}

/** Names in one answer. */
const MAX_NAMED = 100

const Component = Type.String({ enum: ['ok', 'error'] })

const Health = Type.Object({
  status: Type.String({ enum: ['ok', 'degraded'] }),
  version: Type.String(),
  git_hash: Type.String(),
  build_timestamp: Type.String({ description: 'Unix seconds' }),
  uptime_seconds: Type.Number(),
  workflows_loaded: Type.Integer(),
  components: Type.Object({
    database: Component,
    engine: Component,
    channels: Type.String({
      enum: ['ok', 'degraded'],
      description:
        '`degraded` while something active is quarantined; `/api/v1/admin/engine/status` says what and why',
    }),
    guards: Type.String({
      enum: ['ok', 'degraded'],
      description:
        '`degraded` while the store of a guard does not answer and `on_store_error` of its channel counts; the log says which',
    }),
    connectors: Type.String({
      enum: ['ok', 'degraded'],
      description: '`degraded` while a connector cannot be used or a circuit breaker is not closed',
    }),
  }),
  connectors: Type.Object({
    circuit_breakers: Type.Record(Type.String(), Type.String({ enum: ['open', 'half_open'] }), {
      description: `By \`channel:connector\`, those that are not closed, ${MAX_NAMED} at most`,
    }),
    broken: Type.Array(Type.String(), {
      description: `Names of connectors that cannot be used, ${MAX_NAMED} at most; \`/api/v1/admin/engine/status\` says why`,
    }),
  }),
})

const Ready = Type.Object({
  status: Type.String({ enum: ['ready', 'not_ready'] }),
  components: Type.Object({ database: Component, engine: Component, initialized: Type.Boolean() }),
})

export function healthRoutes(probes: Probes): Route[] {
  return [
    route({
      method: 'GET',
      path: '/health',
      operationId: 'health',
      tag,
      summary: 'How the server is',
      description:
        'A quarantined channel, a guard without its store or a connector whose other end is unwell makes the status `degraded` but not the answer 503: the other channels serve.',
      answers: {
        200: { description: 'Serving', schema: Health },
        503: { description: 'The database or the engine does not answer', schema: Health },
      },
      errors: ['RATE_LIMITED'],
      run: async () => healthReply(probes, await databaseAnswers(probes)),
    }),
    route({
      method: 'GET',
      path: '/healthz',
      operationId: 'liveness',
      tag,
      summary: 'Whether the process lives',
      answers: { 200: { description: 'It does', schema: Type.Object({ status: Type.Literal('ok') }) } },
      errors: [],
      run: () => ({ status: 200, body: { status: 'ok' } }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      operationId: 'readiness',
      tag,
      summary: 'Whether traffic should be sent here',
      answers: {
        200: { description: 'Yes', schema: Ready },
        503: { description: 'Not yet, not any more, or the database does not answer', schema: Ready },
      },
      errors: [],
      run: async () => readyReply(probes, await databaseAnswers(probes)),
    }),
  ]
}

function healthReply({ build, live, failingStores, openBreakers }: Probes, database: boolean) {
  const engine = live.status()
  const whole = isWhole(engine)
  const guarded = failingStores().length === 0
  const breakers = Object.entries(openBreakers())
  const broken = engine.load_issues.connectors.map(({ connector }) => connector)
  const connected = breakers.length + broken.length === 0
  return {
    status: database ? 200 : 503,
    body: {
      status: database && whole && guarded && connected ? 'ok' : 'degraded',
      version: build.version,
      git_hash: build.gitHash,
      build_timestamp: unixSeconds(build.builtAt),
      uptime_seconds: engine.uptime_seconds,
      workflows_loaded: engine.workflows_count,
      components: {
        database: database ? 'ok' : 'error',
        engine: 'ok',
        channels: whole ? 'ok' : 'degraded',
        guards: guarded ? 'ok' : 'degraded',
        connectors: connected ? 'ok' : 'degraded',
      },
      connectors: {
        circuit_breakers: Object.fromEntries(breakers.slice(0, MAX_NAMED)),
        broken: broken.slice(0, MAX_NAMED),
      },
    },
  }
}

/** A time stamp as the reference tells it; what is none stays as it is. */
function unixSeconds(time: string): string {
  const epochMs = Date.parse(time)
  return Number.isNaN(epochMs) ? time : String(Math.floor(epochMs / 1000))
}

function readyReply(probes: Probes, database: boolean) {
  const initialized = probes.accepting()
  const ready = initialized && database
  return {
    status: ready ? 200 : 503,
    body: {
      status: ready ? 'ready' : 'not_ready',
      components: { database: database ? 'ok' : 'error', engine: 'ok', initialized },
    },
  }
}

function isWhole({ load_issues: { channels, workflows } }: EngineStatus): boolean {
  return channels.length + workflows.length === 0
}

async function databaseAnswers({ databaseHealthy, timeoutMs }: Probes): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeoutMs, false)
  try {
    return await Promise.race([databaseHealthy(), tooLate])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
