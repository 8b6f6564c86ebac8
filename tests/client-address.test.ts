import { describe, expect, test } from 'bun:test'
import { type App, openApp } from './harness/app.ts'
import { type RunningServer, startServer } from './harness/binary.ts'
import type { Client } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, logWorkflow } from './harness/samples.ts'

// A channel shows what address it is asked from by what is left in the bucket of it; one request a second comes back.
const BURST = 1000
const BY_ADDRESS = { rate_limit: { requests_per_second: 1, burst: BURST, key_logic: { var: 'client_ip' } } }
/** More than come back while a test runs. */
const USUAL = 50
const STILL = { now: () => 0, monotonic: () => 0 }

async function openTrusting(proxies: string): Promise<App> {
  const app = await openApp({ env: { ORION_SERVER__TRUSTED_PROXIES: proxies }, clock: STILL })
  await serve(app.client)
  return app
}

function serve(client: Client): Promise<void> {
  return client.declare(logWorkflow('orders'), channel('orders', { config: BY_ADDRESS }))
}

/** Asks often with these headers. */
async function visit(client: Client, headers: Record<string, string> = {}): Promise<void> {
  for (let n = 0; n < USUAL; n++) await client.post('orders', n, headers)
}

/** True when a request with these headers is counted with those of a visit, false when it is the first of its address. */
async function isKnown(client: Client, headers: Record<string, string>): Promise<boolean> {
  const { status, headers: answered } = await client.post('orders', 1, headers)
  expect(status).toBe(200)
  return Number(answered.get('ratelimit-remaining')) < BURST - 1
}

describe('of a call of this process', () => {
  test('is 127.0.0.1, whatever it says, unless that is trusted', async () => {
    await using app = await openApp({ clock: STILL })
    await serve(app.client)
    await visit(app.client)
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
      expect(await isKnown(app.client, { [name]: '192.0.2.1' })).toBe(true)
    }
  })

  test.each([
    ['the last stranger', { 'x-forwarded-for': '1.1.1.1, 192.0.2.1, 10.0.0.7' }],
    ['without its port', { 'x-forwarded-for': '192.0.2.1:4711' }],
    ['as IPv4, however it is spelled', { 'x-forwarded-for': '::ffff:c000:201' }],
    ['of x-real-ip', { 'x-real-ip': '192.0.2.1' }],
  ])('is behind proxies %s', async (_what, headers) => {
    await using app = await openTrusting('127.0.0.1,10.0.0.0/8')
    await visit(app.client, { 'x-forwarded-for': '192.0.2.1' })
    expect(await isKnown(app.client, headers)).toBe(true)
    expect(await isKnown(app.client, { 'x-forwarded-for': '192.0.2.2' })).toBe(false)
  })
})

describe('of a connection', () => {
  async function start(env: Record<string, string>): Promise<RunningServer> {
    const server = await startServer({ env })
    await serve(server.client)
    return server
  }

  test.each(['127.0.0.1', '::'])('on %s is that of the socket, which no header changes', async host => {
    await using server = await start({ ORION_SERVER__HOST: host })
    await visit(server.client)
    const known: boolean[] = []
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip']) {
      known.push(await isKnown(server.client, { [name]: '192.0.2.1' }))
    }
    expect(known).toEqual([true, true, true, true, true])
  })

  test.each(['127.0.0.1', '::'])('on %s is what a trusted proxy says', async host => {
    await using server = await start({
      ORION_SERVER__HOST: host,
      ORION_SERVER__TRUSTED_PROXIES: '127.0.0.0/8',
    })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    await visit(server.client, from('192.0.2.1'))
    expect(await isKnown(server.client, from('192.0.2.1'))).toBe(true)
    expect(await isKnown(server.client, from('192.0.2.2'))).toBe(false)
  })
})

test('a proxy that is trusted does not open the admin API to those behind it', async () => {
  await using app = await openApp({ env: { ORION_SERVER__TRUSTED_PROXIES: '127.0.0.1' } })
  for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
    for (const address of ['127.0.0.1', '::1', '192.0.2.1']) {
      const headers = { [name]: address }
      expectEnvelope(
        await app.client.request('GET', '/api/v1/admin/workflows', { headers }),
        403,
        'FORBIDDEN',
      )
    }
  }
})
