import { expect, test } from 'bun:test'
import { openCounters } from '../../telemetry/counters.ts'
import { engineStatus, testServer } from '../test-server.ts'

const load_issues = {
  channels: [{ channel: 'broken', channel_id: 'b', workflow_id: null, reason: 'config.timeout_ms' }],
  workflows: [],
  connectors: [],
}

test('the status is what is live, without a wrapper', async () => {
  const { ask } = testServer()
  const status = await (await ask('GET', '/api/v1/admin/engine/status')).json()
  expect(status).toEqual({ ...engineStatus(), errors_total: openCounters().snapshot() })
})

test('the status counts errors by type, defects among them', async () => {
  const { ask } = testServer({
    traces: {
      get: () => Promise.reject(new TypeError('a defect')),
      list: () => Promise.reject(new TypeError('a defect')),
    },
  })
  expect((await ask('GET', '/api/v1/data/traces/x')).status).toBe(500)
  const status = await (await ask('GET', '/api/v1/admin/engine/status')).json()
  expect(status).toMatchObject({ errors_total: { panic: 1 } })
})

test('a reload answers what is live after it', async () => {
  let generation = 3
  const { ask, asked } = testServer({
    live: { status: () => engineStatus({ generation: ++generation, load_issues }) },
  })
  const response = await ask('POST', '/api/v1/admin/engine/reload')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ reloaded: true, workflows_count: 2, generation: 4, load_issues })
  expect(asked).toEqual([['reload', { name: 'anonymous' }]])
})
