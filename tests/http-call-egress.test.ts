import { afterEach, describe, expect, test } from 'bun:test'
import { openFarSide } from '../src/connector/egress/test-far-side.ts'
import type { JsonObject } from '../src/std/json.ts'
import { openCallingApp } from './harness/calling.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

let stack = new AsyncDisposableStack()

afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

/** A connector to `far.example`, which this machine answers for. */
async function stage(config: JsonObject, options: { config?: string; answer?: string } = {}) {
  const far = stack.use(await openFarSide(socket => socket.write(options.answer ?? OK)))
  const lookup = async () => [{ address: '127.0.0.1' }]
  const app = stack.use(
    await openCallingApp(
      { url: `http://far.example:${far.port}`, allow_private_urls: false, ...config },
      { lookup, ...(options.config !== undefined && { config: options.config }) },
    ),
  )
  return { app, far }
}

describe('where calls may go', () => {
  test('is what the lists of the connector have', async () => {
    const cases: readonly (readonly [JsonObject, number])[] = [
      [{}, 502],
      [{ allow_private_urls: true }, 200],
      [{ allow_addresses: ['127.0.0.0/8'] }, 200],
      [{ allow_addresses: ['10.0.0.0/8'] }, 502],
      [{ allow_private_urls: true, allow_hosts: ['*.example'] }, 200],
      [{ allow_private_urls: true, allow_hosts: ['other.example'] }, 502],
      [{ allow_private_urls: true, deny_hosts: ['far.example'] }, 502],
      [{ allow_private_urls: true, deny_hosts: ['127.0.0.0/8'] }, 502],
    ]
    for (const [config, status] of cases) {
      const { app, far } = await stage(config)
      expect([config, (await app.call({})).status]).toEqual([config, status])
      expect(far.connections()).toBe(status === 200 ? 1 : 0)
    }
  })

  test('is what the server allows, whatever a connector says', async () => {
    const config = '[egress]\ndeny_hosts = ["127.0.0.1"]'
    const { app, far } = await stage({ allow_private_urls: true }, { config })
    const answer = await app.call({})
    expect(answer.status).toBe(502)
    expect(answer.at('error.message')).toBe("The address behind connector 'far' is not allowed")
    expect(await app.traced()).toContain('"deny_hosts" of the server has 127.0.0.1')
    expect(far.connections()).toBe(0)
  })

  test('is asked again of each redirect, which takes no credential to another origin', async () => {
    const other = stack.use(await openFarSide(socket => socket.write(OK)))
    const answer = `HTTP/1.1 307 X\r\nlocation: http://other.example:${other.port}/there\r\ncontent-length: 0\r\n\r\n`
    const auth = { type: 'bearer', token: 'secret-token' }
    const headers = { 'x-team': 'secret-team' }
    const { app } = await stage({ auth, headers, allow_addresses: ['127.0.0.1'] }, { answer })
    const call = { method: 'PUT', headers: { 'x-task': 'secret-task' }, body_format: 'text', body: 'moved' }
    expect((await app.call(call)).status).toBe(200)
    const heard = other.heard.join('')
    expect(heard).toStartWith('PUT /there HTTP/1.1\r\n')
    expect(heard).toContain(`host: other.example:${other.port}\r\n`)
    expect(heard).toEndWith('moved')
    expect(heard).not.toContain('secret')
  })
})
