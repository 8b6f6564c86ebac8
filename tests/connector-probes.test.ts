import { describe, expect, test } from 'bun:test'
import { freePort } from '../scripts/backing/free-port.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { mysql, postgres, redis, type SharedService } from './harness/backing.ts'
import { type Need, testNeeding } from './harness/needs.ts'

interface Row {
  readonly name: string
  readonly needs: readonly Need[]
  readonly service: () => Promise<SharedService>
  readonly connector: (url: string) => JsonObject
  /** What a probe says of it. */
  readonly found: RegExp
}

const ROWS: readonly Row[] = [
  {
    name: 'Redis',
    needs: ['redis'],
    service: redis,
    connector: url => ({ connector_type: 'cache', config: { backend: 'redis', url } }),
    found: /Redis/,
  },
  { name: 'PostgreSQL', needs: ['postgres'], service: postgres, connector: database, found: /PostgreSQL \d/ },
  { name: 'MySQL', needs: ['mysql'], service: mysql, connector: database, found: /(MariaDB|MySQL) \d/ },
]

function database(url: string): JsonObject {
  return { connector_type: 'db', config: { connection_string: url } }
}

/** What a test of a connector answers. */
async function probed(connector: JsonObject): Promise<Json> {
  await using app = await openApp()
  const created = await app.client.admin('POST', 'connectors', {
    id: 'far',
    name: 'far',
    enabled: false,
    ...connector,
  })
  if (created.status !== 201) throw new Error(created.text)
  const { status, body } = await app.client.admin('POST', 'connectors/far/test')
  expect(status).toBe(200)
  return Object(body).data
}

function changed(url: string, changes: Partial<Record<'hostname' | 'port' | 'password', string>>): string {
  return Object.assign(new URL(url), changes).href
}

describe.each(ROWS.map(row => ({ ...row })))('$name', ({ needs, service, connector, found }) => {
  const testing = testNeeding(...needs)

  testing('that is there is reachable', async () => {
    const { url } = await service()
    expect(await probed(connector(url))).toMatchObject({
      reachable: true,
      supported: true,
      stage: null,
      message: expect.stringMatching(found),
    })
  })

  testing('that does not let us in fails at signing in, and the password is not told', async () => {
    const { url } = await service()
    const report = await probed(connector(changed(url, { password: 'wr0ng-passw0rd' })))
    expect(report).toMatchObject({ reachable: false, stage: 'auth' })
    expect(JSON.stringify(report)).not.toContain('wr0ng-passw0rd')
  })

  testing('where nobody listens fails at the dial', async () => {
    const { url } = await service()
    expect(await probed(connector(changed(url, { port: String(freePort()) })))).toMatchObject({
      reachable: false,
      stage: 'dial',
      message: expect.stringContaining('refused'),
    })
  })

  testing('whose name nobody knows fails at its look-up', async () => {
    const { url } = await service()
    expect(await probed(connector(changed(url, { hostname: 'nowhere.invalid' })))).toMatchObject({
      reachable: false,
      stage: 'dns',
    })
  })
})

describe('HTTP', () => {
  const http = (url: string, rest: JsonObject = {}): JsonObject => ({
    connector_type: 'http',
    config: { url, allow_private_urls: true, ...rest },
  })
  const serve = (status: number) =>
    Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('', { status }) })

  test.each([
    [200, { reachable: true, stage: null, message: 'HTTP 200' }],
    [404, { reachable: true, stage: null, message: 'HTTP 404' }],
    [401, { reachable: false, stage: 'auth' }],
    [503, { reachable: false }],
  ])('that answers %d', async (status, told) => {
    using server = serve(status)
    expect(await probed(http(server.url.href))).toMatchObject(told)
  })

  test('where nobody listens fails at the dial', async () => {
    expect(await probed(http(`http://127.0.0.1:${freePort()}/`))).toMatchObject({ stage: 'dial' })
  })

  test('whose name nobody knows fails at its look-up', async () => {
    expect(await probed(http('http://nowhere.invalid/'))).toMatchObject({ stage: 'dns' })
  })

  test('that speaks no TLS fails there', async () => {
    using server = serve(200)
    expect(await probed(http(server.url.href.replace('http:', 'https:')))).toMatchObject({ stage: 'tls' })
  })

  test('that may not be called is not', async () => {
    using server = serve(200)
    expect(await probed(http(server.url.href, { allow_private_urls: false }))).toMatchObject({
      reachable: false,
      stage: 'dial',
    })
  })
})
