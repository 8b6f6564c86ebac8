import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

const ECHO = '/api/v1/data/echo'
const JSON_TYPE = { 'content-type': 'application/json' }

async function openEcho() {
  const app = await openApp()
  await app.client.declare(echoWorkflow('echo'), channel('echo'))
  return app
}

describe('the data plane', () => {
  test('refuses a body that is not JSON by its type', async () => {
    await using app = await openEcho()
    const headers = { 'content-type': 'text/plain' }
    const answer = await app.client.request('POST', ECHO, { body: '{"data":1}', headers })
    expectEnvelope(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('refuses a body that is not JSON at all', async () => {
    await using app = await openEcho()
    expectEnvelope(
      await app.client.request('POST', ECHO, { body: 'not json', headers: JSON_TYPE }),
      400,
      'BAD_REQUEST',
    )
  })

  test('takes no body at all', async () => {
    await using app = await openEcho()
    expect((await app.client.request('POST', ECHO)).status).toBe(200)
  })

  test('wants data', async () => {
    await using app = await openEcho()
    const answer = await app.client.request('POST', ECHO, { body: { metadata: {} } })
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([{ path: 'data', code: 'REQUIRED' }])
  })

  test('leaves no trace of what it refuses', async () => {
    await using app = await openEcho()
    for (const body of ['not json', '{}', '[]'])
      await app.client.request('POST', ECHO, { body, headers: JSON_TYPE })
    await app.client.post('nobody', {})
    await app.client.request('GET', ECHO)
    expect((await app.client.request('GET', '/api/v1/data/traces')).at('total')).toBe(0)
  })
})

describe('what is not there', () => {
  test.each([
    ['GET', '/api/v1/data/traces/nobody', 404, 'NOT_FOUND'],
    ['DELETE', '/api/v1/admin/workflows/nobody', 404, 'NOT_FOUND'],
    ['DELETE', '/api/v1/admin/channels/nobody', 404, 'NOT_FOUND'],
    ['DELETE', '/api/v1/admin/connectors/nobody', 404, 'NOT_FOUND'],
    ['PUT', '/api/v1/admin/workflows/nobody', 400, 'BAD_REQUEST'],
    ['PUT', '/api/v1/admin/channels/nobody', 400, 'BAD_REQUEST'],
    ['PUT', '/api/v1/admin/connectors/nobody', 404, 'NOT_FOUND'],
  ] as const)('%s %s is %p', async (method, path, status, code) => {
    await using app = await openApp()
    const answer = await app.client.request(method, path, method === 'PUT' ? { body: { name: 'x' } } : {})
    expectEnvelope(answer, status, code)
  })
})

test('a status that does not exist is 400 with the ones that do', async () => {
  await using app = await openEcho()
  for (const kind of ['workflows', 'channels']) {
    const answer = await app.client.admin('PATCH', `${kind}/echo/status`, { status: 'paused' })
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([
      { path: 'status', code: 'INVALID_ENUM', got: 'paused', expected: 'one of draft, active, archived' },
    ])
  }
})

describe('an id that is taken is 409', () => {
  test('by a workflow, whatever its status', async () => {
    await using app = await openEcho()
    expectEnvelope(await app.client.admin('POST', 'workflows', echoWorkflow('echo')), 409, 'CONFLICT')
    await app.client.setStatus('workflows', 'echo', 'archived')
    expectEnvelope(await app.client.admin('POST', 'workflows', echoWorkflow('echo')), 409, 'CONFLICT')
  })

  test('by a channel', async () => {
    await using app = await openEcho()
    const other = channel('echo', { name: 'other', route_pattern: '/other' })
    expectEnvelope(await app.client.admin('POST', 'channels', other), 409, 'CONFLICT')
  })

  test('by a connector, and so is a name', async () => {
    await using app = await openApp()
    const cache = { connector_type: 'cache', config: { backend: 'memory' } }
    await app.client.admin('POST', 'connectors', { ...cache, id: 'one', name: 'one' })
    for (const [id, name] of [
      ['one', 'two'],
      ['two', 'one'],
      ['one', 'one'],
    ]) {
      const answer = await app.client.admin('POST', 'connectors', {
        ...cache,
        id: String(id),
        name: String(name),
      })
      expectEnvelope(answer, 409, 'CONFLICT')
    }
    expect((await app.client.admin('GET', 'connectors')).at('total')).toBe(1)
  })
})
