import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Egress } from '../../src/connector/egress/egress.ts'
import { type Lookup, systemLookup } from '../../src/connector/egress/host-lookups.ts'
import { ConnectorError } from '../../src/connector/failure.ts'
import { TEST_DATABASE_NEEDS } from '../../src/connector/kinds/db/test-needs.ts'
import type { HttpCall } from '../../src/connector/kinds/http/client.ts'
import { httpKind } from '../../src/connector/kinds/http/kind.ts'
import { type Clock, systemClock } from '../../src/std/clock.ts'
import type { JsonObject } from '../../src/std/json.ts'
import { FORBIDDEN_V4, FORBIDDEN_V6, NEVER, PUBLIC } from './addresses.ts'
import { type Listener, openListener } from './listener.ts'
import { spellings, spellingsV6 } from './spellings.ts'

const GET: HttpCall = {
  method: 'GET',
  path: '',
  query: [],
  headers: [],
  body: undefined,
  contentType: undefined,
  timeoutMs: 1000,
  readAs: 'text',
}

let listener: Listener

beforeAll(async () => {
  listener = await openListener()
})

afterAll(() => listener[Symbol.dispose]())

const v4 = Object.entries(FORBIDDEN_V4).flatMap(([kind, list]) => list.map(address => ({ kind, address })))
const v6 = Object.entries(FORBIDDEN_V6).flatMap(([kind, list]) => list.map(address => ({ kind, address })))
const forbidden = [...v4, ...v6]
const isNever = (kind: string) => NEVER.some(never => never === kind)

const hosts = [
  ...v4.flatMap(({ kind, address }) => spellings(address).map(([what, host]) => ({ kind, what, host }))),
  ...v6.flatMap(({ kind, address }) => spellingsV6(address).map(([what, host]) => ({ kind, what, host }))),
]

interface World {
  readonly lookup?: Lookup
  readonly clock?: Clock
}

function egress({ lookup = systemLookup, clock = systemClock }: World = {}): Egress {
  return new Egress({ lists: {}, lookup, clock })
}

/** Calls a URL as an http connector does; gives the answer, or what was said of it. */
async function called(url: string, config: JsonObject, world: World = {}, call = GET): Promise<string> {
  const { clock = systemClock } = world
  const dialler = egress(world).dialler('far', 'http', config)
  try {
    const client = httpKind.open(
      { url, ...config },
      { name: 'far', clock, dialler, userAgent: 'orion/test', databases: TEST_DATABASE_NEEDS },
    )
    try {
      return String((await client.send(call, new AbortController().signal)).body)
    } finally {
      await client.close()
    }
  } catch (error) {
    if (error instanceof ConnectorError) return `${error.code}: ${error.note}`
    throw error
  }
}

/** Only a refusal, a name that nobody knows, or a URL that is none: no connection was even begun. */
const NOT_DIALLED =
  /is a[n]? [a-z-]+ address|resolves to .* address|its name is not known|is no http or https URL/

describe('the corpus', () => {
  test('has every spelling of every edge', () => {
    expect(hosts.length).toBeGreaterThan(1000)
  })

  test('without private addresses reaches nobody, however it is spelled', async () => {
    for (const { what, host } of hosts) {
      const said = await called(`http://${host}:${listener.port}/`, {})
      expect([what, host, said]).toEqual([what, host, expect.stringMatching(NOT_DIALLED)])
    }
    expect(listener.count()).toBe(0)
  })

  test('with private addresses still reaches nothing link-local, no metadata, multicast or unspecified', async () => {
    for (const { host, what } of hosts.filter(({ kind }) => isNever(kind))) {
      const said = await called(`http://${host}:${listener.port}/`, { allow_private_urls: true })
      expect([what, host, said]).toEqual([what, host, expect.stringMatching(NOT_DIALLED)])
    }
    expect(listener.count()).toBe(0)
  })

  test('is refused to every other kind as well: by default what nobody calls, and all where it says so', async () => {
    for (const type of ['db', 'cache', 'kafka', 'storage'] as const) {
      for (const { kind, address } of forbidden) {
        for (const config of [{}, { allow_private_urls: false }]) {
          if (Object.keys(config).length === 0 && !isNever(kind)) continue
          const dialling = egress().dialler('far', type, config)
          const target = { host: address, port: listener.port }
          const error = await dialling.connect(target, new AbortController().signal).catch(caught => caught)
          expect([type, address, String(error.note)]).toEqual([
            type,
            address,
            expect.stringMatching(NOT_DIALLED),
          ])
        }
      }
    }
    expect(listener.count()).toBe(0)
  })

  test('is refused where a name resolves to it, also beside a public address', async () => {
    for (const { address } of forbidden) {
      for (const addresses of [[address], ['93.184.216.34', address]]) {
        const lookup = async () => addresses.map(each => ({ address: each }))
        const said = await called(`http://name.example:${listener.port}/`, {}, { lookup })
        expect([address, said]).toEqual([address, expect.stringMatching(NOT_DIALLED)])
      }
    }
    expect(listener.count()).toBe(0)
  })

  test('leaves what is public alone', async () => {
    for (const address of PUBLIC) {
      const resolved = await egress()
        .dialler('far', 'http', {})
        .resolve(address, new AbortController().signal)
      expect(resolved).toEqual([address])
    }
  })

  test('reaches this machine where it may, so that nothing above passes for want of a listener', async () => {
    const before = listener.count()
    expect(await called(`http://127.0.0.1:${listener.port}/`, { allow_private_urls: true })).toBe('hi')
    expect(listener.count()).toBe(before + 1)
  })
})

describe('redirects', () => {
  test('to any of them reach nobody, even from a connector that may call private addresses', async () => {
    let location = ''
    const far = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: () => new Response(null, { status: 302, headers: { location } }),
    })
    const before = listener.count()
    try {
      for (const { host, what } of hosts) {
        location = encodeURI(`http://${host}:${listener.port}/`).replaceAll('%25', '%')
        const said = await called(`http://127.0.0.1:${far.port}/`, { allow_private_urls: true })
        expect([what, host, said]).toEqual([
          what,
          host,
          expect.stringMatching(new RegExp(`${NOT_DIALLED.source}|redirects to something that is no URL`)),
        ])
      }
    } finally {
      await far.stop(true)
    }
    expect(listener.count()).toBe(before)
  })
})

describe('a name that changes its mind', () => {
  test('is connected to where it was checked, never where it points a moment later', async () => {
    using listening = await openListener()
    let asked = 0
    let nowMs = 0
    let connected = 0
    const clock = { now: () => systemClock.now(), monotonic: () => nowMs }
    const lookup = async () => [{ address: asked++ % 2 === 0 ? '127.0.0.2' : '127.0.0.1' }]
    const only = { allow_addresses: ['127.0.0.2'] }
    const dialler = egress({ lookup, clock }).dialler('far', 'http', only)
    for (let times = 0; times < 50; times++) {
      nowMs += 10_000
      const target = { host: 'rebinding.example', port: listening.port }
      const socket = await dialler.connect(target, new AbortController().signal).catch(() => undefined)
      if (socket !== undefined) connected++
      socket?.destroy()
    }
    expect(asked).toBe(50)
    expect([...listening.reached]).toEqual(['127.0.0.2'])
    expect(connected).toBe(25)
  })

  test('between its check and its connection is not asked again', async () => {
    let asked = 0
    const lookup = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2' }]
    const dialler = egress({ lookup }).dialler('far', 'db', {})
    const target = { host: 'rebinding.example', port: listener.port }
    const socket = await dialler.connect(target, new AbortController().signal)
    expect([socket.remoteAddress?.replace('::ffff:', ''), asked]).toEqual(['127.0.0.1', 1])
    socket.destroy()
  })
})
