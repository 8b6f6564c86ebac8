import { afterEach, describe, expect, test } from 'bun:test'
import { createServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { systemClock } from '../../std/clock.ts'
import { ConnectorError } from '../failure.ts'
import { Egress } from './egress.ts'
import type { EgressLists } from './egress-policy.ts'
import { TEST_CERTIFICATE, TEST_KEY } from './test-certificate.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
  server = undefined
})

const NEVER = new AbortController().signal

function listening(): Promise<number> {
  server = createServer(socket => socket.end('hello'))
  return portOf(server)
}

async function portOf(opening: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>()
  opening.listen(0, '127.0.0.1', () => resolve())
  await promise
  const address = opening.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function diallerTo(
  addresses: readonly string[],
  config: Record<string, boolean | string[]> = {},
  lists: EgressLists = {},
) {
  const lookup = async () => addresses.map(address => ({ address }))
  return new Egress({ lists, lookup, clock: systemClock }).dialler('far', 'db', config)
}

async function refusal(promise: Promise<unknown>): Promise<ConnectorError> {
  const error = await promise.then(
    () => undefined,
    caught => caught,
  )
  if (!(error instanceof ConnectorError)) throw new Error('it was not refused')
  return error
}

describe('TLS', () => {
  async function secure(port: number, tls: { ca?: string; servername?: string }) {
    const dialler = diallerTo(['127.0.0.1'])
    return dialler.connect({ host: 'far.example', port, tls }, NEVER)
  }

  test('holds the certificate against the name that is called, and asks for it', async () => {
    const asked: string[] = []
    const keys = { key: TEST_KEY, cert: TEST_CERTIFICATE }
    const SNICallback = (name: string, done: (error: Error | null) => void) => {
      asked.push(name)
      done(null)
    }
    server = createTlsServer({ ...keys, SNICallback }, socket => socket.on('error', () => socket.destroy()))
    const port = await portOf(server)
    const socket = await secure(port, { ca: TEST_CERTIFICATE })
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
    expect(asked).toEqual(['far.example'])

    const untrusted = await refusal(secure(port, {}))
    expect(untrusted.note).toContain('its certificate is signed by itself')
    expect(untrusted.isPassing).toBe(false)
    const other = await refusal(secure(port, { ca: TEST_CERTIFICATE, servername: 'other.example' }))
    expect(other.note).toContain('its certificate is for another name')
  })
})

describe('a dialler', () => {
  test('connects to the address that its name has', async () => {
    const port = await listening()
    const socket = await diallerTo(['127.0.0.1']).connect({ host: 'db.example', port }, NEVER)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
  })

  test('refuses a host when one of its addresses is forbidden, and says which and why', async () => {
    const error = await refusal(diallerTo(['127.0.0.1', '169.254.1.1']).resolve('db.example', NEVER))
    expect(error.code).toBe('UPSTREAM_ERROR')
    expect(error.message).not.toContain('169')
    expect(error.note).toBe(
      '"db.example" resolves to 169.254.1.1, a link-local address; only "allow_addresses" of the server would allow it',
    )
    expect(error.isPassing).toBe(false)
  })

  test('refuses private addresses where its connector says so', async () => {
    const error = await refusal(
      diallerTo(['10.1.2.3'], { allow_private_urls: false }).resolve('db.example', NEVER),
    )
    expect(error.note).toContain('"allow_private_urls" or "allow_addresses" of the connector')
  })

  test('goes on to the next address when one refuses', async () => {
    const port = await listening()
    const socket = await diallerTo(['127.9.9.9', '127.0.0.1']).connect({ host: 'db.example', port }, NEVER)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
  })

  test('tells at once that a connection was refused', async () => {
    const port = await listening()
    const error = await refusal(diallerTo(['127.9.9.9']).connect({ host: 'db.example', port }, NEVER))
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE')
    expect(error.note).toBe(`db.example:${port}: the connection was refused`)
    expect(error.isUntouched).toBe(true)
  })

  test('stops when its signal does', async () => {
    const error = await refusal(
      diallerTo(['127.0.0.1']).connect({ host: 'db.example', port: 9 }, AbortSignal.abort()),
    )
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE')
  })

  test('resolves a name once for everybody who asks at the same time', async () => {
    let asked = 0
    const lookup = async () => {
      asked++
      return [{ address: '127.0.0.1' }]
    }
    const dialler = new Egress({ lists: {}, lookup, clock: systemClock }).dialler('far', 'db', {})
    await Promise.all([dialler.resolve('db.example', NEVER), dialler.resolve('DB.example.', NEVER)])
    expect(asked).toBe(1)
  })

  test('tells that a name is not known, and asks again the next time', async () => {
    let asked = 0
    const lookup = () => {
      asked++
      return Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
    }
    const dialler = new Egress({ lists: {}, lookup, clock: systemClock }).dialler('far', 'db', {})
    const error = await refusal(dialler.resolve('db.example', NEVER))
    expect(error.note).toBe('db.example: its name is not known')
    await refusal(dialler.resolve('db.example', NEVER))
    expect(asked).toBe(2)
  })
})
