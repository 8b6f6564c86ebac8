import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { TEST_CERTIFICATE, TEST_KEY } from '../../src/connector/egress/test-certificate.ts'
import { type RunningServer, startServer } from '../harness/binary.ts'
import { channel, parseTask, task, workflow } from '../harness/samples.ts'

/** A proxy that nobody may ask. */
const proxy = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('from the proxy') })
const far = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async request =>
    Response.json({ agent: request.headers.get('user-agent'), sent: await request.text() }),
})
const PROXY = `http://127.0.0.1:${proxy.port}`

let server: RunningServer

beforeAll(async () => {
  const variables = [
    'HTTP_PROXY',
    'http_proxy',
    'HTTPS_PROXY',
    'https_proxy',
    'ALL_PROXY',
    'NODE_USE_ENV_PROXY',
  ]
  server = await startServer({ env: Object.fromEntries(variables.map(name => [name, PROXY])) })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await far.stop(true)
  await proxy.stop(true)
})

async function declared(id: string, url: string, rest: Record<string, string | boolean> = {}) {
  const config = { url, allow_private_urls: true, retry: { max_retries: 0 }, ...rest }
  await server.client.admin('POST', 'connectors', { id, name: id, connector_type: 'http', config })
  const call = { connector: id, method: 'POST', body: { var: 'data.in' }, output: 'data.got' }
  await server.client.declare(workflow(id, [parseTask(), task('http_call', call)]), channel(id))
  return server.client.post(id, { n: 1 })
}

describe('the executable', () => {
  test('calls out, and asks no proxy of its environment', async () => {
    const answer = await declared('plain', `http://127.0.0.1:${far.port}`)
    expect(answer.at('data.got.sent')).toBe('{"n":1}')
    expect(String(answer.at('data.got.agent'))).toMatch(/^orion\/\d+\.\d+\.\d+/)
  })

  test('holds a certificate against the name that it calls', async () => {
    const secure = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      tls: { key: TEST_KEY, cert: TEST_CERTIFICATE },
      fetch: () => new Response('never'),
    })
    const answer = await declared('secure', `https://localhost:${secure.port}`)
    expect(answer.status).toBe(503)
    const list = await server.client.request('GET', '/api/v1/data/traces?status=failed')
    const trace = await server.client.request('GET', `/api/v1/data/traces/${list.at('data.0.id')}`)
    expect(String(trace.at('error'))).toContain('its certificate is')
    await secure.stop(true)
  })

  test('does not call private addresses unless it may', async () => {
    const answer = await declared('shut', `http://127.0.0.1:${far.port}`, { allow_private_urls: false })
    expect(answer.status).toBe(502)
    expect(answer.text).not.toContain('127.0.0.1')
  })
})
