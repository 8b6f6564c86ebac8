import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type App, openApp } from './harness/app.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, echoWorkflow, mapTask, workflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'

/** One database file, opened one after another by apps of different configurations. */
async function openFile() {
  const folder = await tempFolder()
  const url = `sqlite:${join(folder.path, 'orion.db')}`
  return {
    open: (env: Record<string, string> = {}): Promise<App> =>
      openApp({ env: { ORION_STORAGE__URL: url, ...env } }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const DEEP = workflow('deep', [mapTask('m', { 'data.x': { '!': { '!': { '!': { '!': true } } } } })])
const SHALLOW_LIMIT = { ORION_ENGINE__MAX_LOGIC_DEPTH: '1' }

describe('what was stored', () => {
  test('answers again after a restart: definitions, versions, traces and audit rows', async () => {
    await using file = await openFile()
    const before = await (async () => {
      await using app = await file.open()
      await app.client.declare(echoWorkflow('echo'), channel('echo'))
      await app.client.admin('POST', 'workflows/echo/versions')
      await app.client.admin('POST', 'connectors', {
        id: 'c',
        name: 'c',
        connector_type: 'cache',
        config: { backend: 'memory' },
      })
      await app.client.post('echo', { a: 1 })
      return await readAll(app)
    })()
    await using app = await file.open()
    expect(await readAll(app)).toEqual(before)
    expect((await app.client.post('echo', { b: 2 })).at('data.in')).toEqual({ b: 2 })
  })

  test('and has become too deep for the limits is quarantined, and healed by the old limits', async () => {
    await using file = await openFile()
    {
      await using app = await file.open()
      await app.client.declare(DEEP, channel('deep'))
      await app.client.declare(echoWorkflow('echo'), channel('echo'))
    }
    {
      await using app = await file.open(SHALLOW_LIMIT)
      expectEnvelope(await app.client.post('deep', {}), 503, 'SERVICE_UNAVAILABLE')
      expect((await app.client.post('echo', {})).status).toBe(200)
      expect((await app.client.admin('GET', 'engine/status')).at('load_issues')).toMatchObject({
        channels: [{ channel: 'deep', workflow_id: 'deep' }],
        workflows: [{ workflow_id: 'deep', version: 1 }],
      })
    }
    await using app = await file.open()
    expect((await app.client.post('deep', {})).at('data.x')).toBe(true)
    expect((await app.client.request('GET', '/health')).at('status')).toBe('ok')
  })

  test('as a draft is checked again when it shall go live', async () => {
    await using file = await openFile()
    {
      await using app = await file.open()
      await app.client.admin('POST', 'workflows', DEEP)
    }
    await using app = await file.open(SHALLOW_LIMIT)
    const answer = await app.client.setStatus('workflows', 'deep', 'active')
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(String(answer.at('error.message'))).toStartWith(
      "Cannot activate workflow 'deep' version 1: tasks[0].function.input",
    )
    expect((await app.client.admin('GET', 'workflows/deep')).at('data.status')).toBe('draft')
  })

  test('and is quarantined can be archived and deleted', async () => {
    await using file = await openFile()
    {
      await using app = await file.open()
      await app.client.declare(DEEP, channel('deep'))
    }
    await using app = await file.open(SHALLOW_LIMIT)
    expect((await app.client.setStatus('workflows', 'deep', 'archived')).status).toBe(200)
    expect((await app.client.post('deep', {})).body).toMatchObject({ status: 'ok' })
    expect((await app.client.admin('DELETE', 'workflows/deep')).status).toBe(204)
    expect((await app.client.admin('DELETE', 'channels/deep')).status).toBe(204)
    expect((await app.client.request('GET', '/health')).at('status')).toBe('ok')
  })
})

async function readAll({ client }: App) {
  const paths = ['workflows', 'workflows/echo/versions', 'channels', 'connectors', 'audit-logs']
  const bodies = await Promise.all(paths.map(async path => (await client.admin('GET', path)).body))
  return [...bodies, (await client.request('GET', '/api/v1/data/traces')).body]
}

test('rows that are equal in what they are sorted by come once each, page by page', async () => {
  await using app = await openApp({ clock: { now: () => 1_700_000_000_000, monotonic: () => 0 } })
  const { client } = app
  for (let n = 0; n < 30; n++) {
    await client.admin('POST', 'workflows', { ...echoWorkflow(`w${n}`), name: 'same' })
    await client.admin('POST', 'channels', { ...channel(`c${n}`), name: 'same' })
  }
  await client.setStatus('workflows', 'w0', 'active')
  await client.setStatus('channels', 'c0', 'active')
  for (let n = 0; n < 30; n++) await client.post('c0', { n })
  for (const [path, id, sorts] of [
    ['admin/workflows', 'workflow_id', ['priority', 'name', 'status', 'created_at', 'updated_at']],
    ['admin/channels', 'channel_id', ['priority', 'name', 'channel_type', 'created_at']],
    ['admin/audit-logs', 'id', ['created_at']],
    ['data/traces', 'id', ['created_at', 'updated_at', 'status', 'channel', 'mode']],
  ] as const) {
    for (const sort of sorts) {
      for (const order of ['asc', 'desc']) {
        const ids: string[] = []
        for (let offset = 0; offset < 30; offset += 7) {
          const query = `sort_by=${sort}&sort_order=${order}&limit=7&offset=${offset}`
          const rows = (await client.request('GET', `/api/v1/${path}?${query}`)).at('data')
          if (Array.isArray(rows)) ids.push(...rows.map(row => String(Object(row)[id])))
        }
        expect([path, sort, new Set(ids).size]).toEqual([path, sort, ids.length])
      }
    }
  }
})
