import { describe, expect, test } from 'bun:test'
import { OrionError } from '../errors.ts'
import * as events from './events.ts'
import { recorded } from './test-telemetry.ts'

const build = { version: '1.2.3', gitHash: 'abc', builtAt: '2026-01-01T00:00:00.000Z' }

describe('start and stop', () => {
  test('tell what runs and where', async () => {
    const { telemetry, objects } = recorded()
    events.serverStarting(telemetry, build, 'staging')
    events.serverReady(telemetry, '0.0.0.0:8080', 'sqlite:orion.db')
    events.shutdownSignal(telemetry, 'SIGTERM')
    expect(await objects()).toMatchObject([
      {
        level: 'INFO',
        fields: {
          message: 'Starting Orion — Declarative Services Runtime',
          version: '1.2.3',
          git_hash: 'abc',
          build_timestamp: '2026-01-01T00:00:00.000Z',
          environment: 'staging',
        },
      },
      {
        fields: {
          message: 'Orion is ready',
          address: '0.0.0.0:8080',
          storage: 'sqlite:orion.db',
          tcp_nodelay: true,
        },
      },
      { fields: { signal: 'SIGTERM' } },
    ])
  })

  test('end with what was counted', async () => {
    const { telemetry, objects } = recorded()
    telemetry.counters.increment('timeout')
    telemetry.counters.increment('panic', 2)
    events.serverStopped(telemetry)
    expect(await objects()).toMatchObject([{ fields: { timeout: 1, panic: 2 } }])
    expect(await objects()).not.toMatchObject([{ fields: { engine: 0 } }])
  })
})

describe('a failed request', () => {
  const failed = { requestId: 'r-1', route: '/health', code: 'INTERNAL_ERROR' as const, expected: false }

  test('that nobody expected is a panic with its causes and the innermost stack', async () => {
    const { telemetry, objects } = recorded()
    const inner = new TypeError('x is undefined')
    events.requestFailed(telemetry, { ...failed, cause: new Error('outer', { cause: inner }) })
    expect(await objects()).toMatchObject([
      {
        level: 'ERROR',
        fields: {
          request_id: 'r-1',
          'http.route': '/health',
          error: 'outer: x is undefined',
          stack: inner.stack ?? '',
        },
      },
    ])
    expect(telemetry.counters.snapshot()).toMatchObject({ panic: 1 })
  })

  test.each([
    ['TIMEOUT', 'timeout'],
    ['ENGINE_ERROR', 'engine'],
    ['RESPONSE_TOO_LARGE', 'result_size_exceeded'],
  ] as const)('with code %s counts as %s', async (code, counter) => {
    const { telemetry, objects } = recorded()
    events.requestFailed(telemetry, { ...failed, code, expected: true, cause: new OrionError(code, 'x') })
    const counts = telemetry.counters.snapshot()
    expect(counts[counter]).toBe(1)
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(1)
    expect(await objects()).toMatchObject([{ level: 'WARN', fields: { code } }])
  })

  test('with another code is written only', () => {
    const { telemetry } = recorded()
    events.requestFailed(telemetry, { ...failed, code: 'STORAGE_ERROR', expected: true, cause: 'disk' })
    expect(Object.values(telemetry.counters.snapshot()).every(count => count === 0)).toBe(true)
  })
})

describe('each event counts', () => {
  test('stray errors, refused keys, lost traces, quarantines, failed reloads', () => {
    const { telemetry } = recorded()
    events.strayError(telemetry, new Error('x'))
    events.authFailure(telemetry, { request_id: 'r', path: '/api/v1/admin/workflows' })
    events.traceWriteFailed(telemetry, 't-1', new Error('disk'))
    events.channelQuarantined(telemetry, 'orders', 'its workflow does not compile')
    events.reloadFailed(telemetry, new Error('x'))
    expect(telemetry.counters.snapshot()).toMatchObject({
      panic: 1,
      auth_failure: 1,
      trace_write: 1,
      quarantine: 1,
      reload_failure: 1,
    })
  })
})
