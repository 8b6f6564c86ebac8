import { expect, test } from 'bun:test'
import { INSTANT, trace } from '../storage/test-store.ts'
import { existingTrace, traceView } from './traces.ts'

test('a completed trace shows its result as JSON', () => {
  const row = trace({ id: 't', result_json: '{"id":"t","data":{"n":1}}' })
  expect(traceView(row)).toEqual({
    id: 't',
    status: 'completed',
    mode: 'sync',
    created_at: INSTANT,
    workflow_version: 1,
    message: { id: 't', data: { n: 1 } },
    started_at: INSTANT,
    completed_at: INSTANT,
    duration_ms: 1.25,
  })
})

test('a failed trace shows why, and no result', () => {
  const row = trace({ status: 'failed', error_message: 'Task a failed', result_json: null })
  expect(traceView(row)).toMatchObject({ status: 'failed', error: 'Task a failed' })
  expect(traceView(row)).not.toHaveProperty('message')
})

test('a pending trace shows only what is known', () => {
  const nothing = {
    workflow_version: null,
    result_json: null,
    duration_ms: null,
    started_at: null,
    completed_at: null,
  }
  const row = trace({ id: 't', mode: 'async', status: 'pending', ...nothing })
  expect(traceView(row)).toEqual({ id: 't', status: 'pending', mode: 'async', created_at: INSTANT })
})

test('an unknown trace is 404', () => {
  expect(() => existingTrace('x', undefined)).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', message: "Trace 'x' not found" }),
  )
})
