import type { Catalog, VersionedCatalog } from '../catalog/api.ts'
import type { Transfer } from '../catalog/transfer/transfers.ts'
import { CorsPolicy } from '../channel/cors/policy.ts'
import { OPEN_CORS } from '../channel/cors/test-cors.ts'
import type { ConnectorView } from '../connector/definition.ts'
import type { EngineStatus } from '../dispatch/live.ts'
import { rolloutReport } from '../dispatch/numbers/rollout-report.ts'
import { NO_CHANGES } from '../dispatch/snapshot-changes.ts'
import { taskLog } from '../dispatch/task-log.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import type { SecretView } from '../secrets/definition.ts'
import { systemClock } from '../std/clock.ts'
import { newId } from '../std/ids.ts'
import { channel, INSTANT, workflow } from '../storage/test-store.ts'
import { openCounters } from '../telemetry/counters.ts'
import { openLog } from '../telemetry/open-log.ts'
import { defaultWorkflowLimits } from '../workflow/limits.ts'
import { jsonAnswer } from './answer.ts'
import { clientAddress } from './client-address.ts'
import { createServer, type Server, type ServerNeeds } from './server.ts'

/** Where tests reach the server in process. */
export const ORIGIN = 'http://orion.test'

/** The real server over the smallest catalog there is: it records what it is asked, and gives it back. */
export function testServer(changes: Partial<ServerNeeds> = {}) {
  const asked: unknown[][] = []
  const lines: string[] = []
  const counters = openCounters()
  const log = openLog({
    level: 'info',
    format: 'json',
    to: text => {
      lines.push(...text.trim().split('\n'))
      return Promise.resolve()
    },
    clock: systemClock,
  })
  const server = createServer({
    dataPlane: (_request, exchange) => jsonAnswer(exchange, 200, '{"plane":"data"}'),
    catalog: recordingCatalog(asked),
    live: { status: () => engineStatus() },
    rollouts: { rollout: id => rolloutReport(id, undefined) },
    traces: { get: () => Promise.resolve(undefined), list: nothing },
    workbench: {
      functions: functionTable(builtInFunctions),
      limits: { ...defaultWorkflowLimits, maxArrayPadding: 100, messageOpsBudget: 5_000_000 },
      clock: systemClock,
      newId,
      log: taskLog(log),
      invalidate: () => [],
      timeoutMs: 1000,
    },
    replay: { run: () => Promise.reject(new Error('no stored requests')) },
    databaseHealthy: () => Promise.resolve(true),
    healthTimeoutMs: 1000,
    failingStores: () => [],
    openBreakers: () => ({}),
    cors: new CorsPolicy(OPEN_CORS),
    clientAddress: clientAddress([]),
    limit: undefined,
    adminAccess: { keys: [], header: 'Authorization', allowOpen: false },
    maxBodyBytes: 1000,
    build: { version: '0.1.0', gitHash: 'abc', builtAt: '1970-01-01T00:00:01.000Z' },
    telemetry: { log, counters },
    clock: systemClock,
    newId,
    ...changes,
  })
  return { server, asked, lines, log, counters, ask: asker(server) }
}

type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Response>

/** A request of this process; an object goes out as JSON, a string as it is. */
function asker(server: Server): Ask {
  return (method, path, body, headers = {}) => {
    const json = typeof body === 'string' ? body : JSON.stringify(body)
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const init = { method, headers: { ...type, ...headers }, ...(body !== undefined && { body: json }) }
    return server.fetch(new Request(`${ORIGIN}${path}`, init))
  }
}

export function engineStatus(changes: Partial<EngineStatus> = {}): EngineStatus {
  return {
    version: '0.1.0',
    uptime_seconds: 7,
    workflows_count: 2,
    active_workflows: 2,
    channels: ['orders'],
    connectors_count: 1,
    generation: 3,
    load_issues: { channels: [], workflows: [], connectors: [] },
    ...changes,
  }
}

const nothing = () => Promise.resolve({ rows: [], total: 0 })

const CONNECTOR: ConnectorView = {
  id: 'k',
  name: 'K',
  connector_type: 'http',
  config_json: '{}',
  enabled: true,
  tags: [],
  created_at: INSTANT,
  updated_at: INSTANT,
}

const PROBE = { reachable: true, supported: true, stage: null, message: 'it answers', duration_ms: 1 }
async function* piecesOf(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces
}
const VERSION = { workflow_id: 'w', version: 1 }
const SHADOW = { version: 2, compared: 0, equal: 0, not_comparable: 0, fields: [], skipped: 0 }
const STATIC = { dynamic: false, dynamic_uses: [] }
const SECRET: SecretView = {
  name: 'k',
  version: 1,
  readable: true,
  created_at: INSTANT,
  updated_at: INSTANT,
}

function recordingCatalog(asked: unknown[][]): Catalog {
  function giving<Result>(name: string, result: Result) {
    return (...args: unknown[]) => {
      asked.push([name, ...args])
      return Promise.resolve(result)
    }
  }
  function versioned<Row, Filter>(noun: string, row: Row): VersionedCatalog<Row, Filter> {
    return {
      create: giving(`${noun} create`, row),
      get: giving(`${noun} get`, row),
      list: giving(`${noun} list`, { rows: [row], total: 9 }),
      update: giving(`${noun} update`, row),
      delete: giving(`${noun} delete`, undefined),
      setStatus: giving(`${noun} setStatus`, row),
      rehearseStatus: giving(`${noun} rehearseStatus`, { findings: [], changes: NO_CHANGES }),
      versions: giving(`${noun} versions`, { rows: [row], total: 9 }),
      createVersion: giving(`${noun} createVersion`, row),
    }
  }
  function transfer<Filter>(noun: string): Transfer<Filter> {
    const report = { imported: 1, failed: 0, skipped: 0, unchanged: 0, errors: [], items: [] }
    return {
      export: giving(`${noun} export`, piecesOf('{"data":', '[]}')),
      import: giving(`${noun} import`, report),
    }
  }
  return {
    workflows: versioned('workflows', workflow()),
    channels: versioned('channels', channel()),
    connectors: {
      create: giving('connectors create', CONNECTOR),
      get: giving('connectors get', CONNECTOR),
      list: giving('connectors list', { rows: [CONNECTOR], total: 9 }),
      update: giving('connectors update', CONNECTOR),
      delete: giving('connectors delete', undefined),
      test: giving('connectors test', PROBE),
      reload: giving('connectors reload', { connectors: 1, load_issues: [] }),
    },
    transfers: {
      workflows: transfer('workflows'),
      channels: transfer('channels'),
      connectors: transfer('connectors'),
    },
    apply: giving('apply', { changes: [], unchanged: 1, applied: true, dry_run: false }),
    definitions: giving('definitions', { definitions: [], unreadable: [], next: null }),
    rollout: {
      setShare: giving('rollout setShare', workflow()),
      rollback: giving('rollout rollback', workflow()),
      putBack: giving('rollout putBack', { at: INSTANT, version: 2, reason: 'failed' }),
    },
    shadow: giving('shadow', SHADOW),
    lintWorkflow: giving('lintWorkflow', []),
    lintChannel: giving('lintChannel', []),
    breakers: {
      report: () => ({ enabled: false, breakers: {}, reasons: {} }),
      reset: giving('breakers reset', undefined),
    },
    lintConnector: giving('lintConnector', []),
    survey: {
      dependencies: giving('dependencies', { ...VERSION, connectors: [], channels: [], ...STATIC }),
      dependents: giving('dependents', { connector_id: 'k', name: 'K', workflows: [], channels: [] }),
      effects: giving('effects', { ...VERSION, effects: [], dynamic: false }),
      diff: giving('diff', { workflow_id: 'w', from: 1, to: 2, changes: [] }),
    },
    secrets: {
      list: giving('secrets list', { rows: [], total: 9 }),
      put: giving('secrets put', SECRET),
      delete: giving('secrets delete', undefined),
    },
    auditLogs: giving('auditLogs', { rows: [], total: 9 }),
    reload: giving('reload', undefined),
    invalidateNamespace: giving('invalidateNamespace', [{ store: 'memory', invalidated: true }]),
  }
}
