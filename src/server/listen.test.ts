import { afterEach, describe, expect, test } from 'bun:test'
import { jsonAnswer } from './answer.ts'
import type { Plane } from './exchange.ts'
import type { Listener } from './listen.ts'
import { testServer } from './test-server.ts'

const open = new Set<Listener>()

afterEach(async () => {
  for (const listener of open) await listener.stop(0)
  open.clear()
})

function start(dataPlane?: Plane) {
  const { server } = testServer(dataPlane && { dataPlane })
  const listener = server.listen({ host: '127.0.0.1', port: 0 })
  open.add(listener)
  return { server, listener }
}

/** Sends bytes as they are, and gives everything that came until the other side closed. */
async function raw(listener: Listener, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let answer = ''
  const socket = await Bun.connect({
    hostname: listener.host,
    port: listener.port,
    socket: {
      data(_socket, bytes) {
        answer += bytes.toString()
      },
      close: () => resolve(),
      error: () => resolve(),
    },
  })
  socket.write(text)
  await promise
  return answer
}

const get = (path: string, host: string) =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`

describe('a malformed Host', () => {
  test.each(['x y', 'a/b', 'a/api/v1/admin/workflows', 'a?b', 'a#b', 'a@b', 'a\\b', '//x', 'http://b', ''])(
    '%p is 400 with the envelope',
    async host => {
      const answer = await raw(start().listener, get('/health', host))
      expect(answer).toStartWith('HTTP/1.1 400 ')
      expect(answer).toContain('"code":"BAD_REQUEST"')
      expect(answer).toContain('x-request-id')
      expect(answer.toLowerCase()).toContain('x-frame-options: deny')
    },
  )

  test.each([
    ['a', '/zz/api/v1/admin/workflows', '404'],
    ['a', '/health', '200'],
    ['abc', '/health', '200'],
    ['a:99999', '/zz/../api/v1/admin/workflows', '400'],
    ['exa%mple', '/zz/%2e%2e/api/v1/admin/workflows', '400'],
    ['[zz]', '/api\\v1/admin/workflows', '400'],
    ['localhost', '/zz/../api/v1/admin/workflows', '401'],
    ['localhost', '/api\\v1/admin/workflows', '401'],
  ])('cannot move a request past the admin check: Host %p, %p is %s', async (host, path, status) => {
    const { server } = testServer({
      adminAccess: { keys: ['key-one-111'], header: 'Authorization', allowOpen: false },
    })
    const listener = server.listen({ host: '127.0.0.1', port: 0 })
    open.add(listener)
    expect(await raw(listener, get(path, host))).toStartWith(`HTTP/1.1 ${status} `)
  })

  test('is absent in HTTP/1.0, which is 400 too', async () => {
    expect(await raw(start().listener, 'GET /health HTTP/1.0\r\n\r\n')).toStartWith('HTTP/1.1 400 ')
  })
})

describe('the peer', () => {
  test('is the address of the socket, and loopback may administer without a key', async () => {
    const seen: (string | undefined)[] = []
    const { listener } = start((_request, exchange) => {
      seen.push(exchange.peer())
      return jsonAnswer(exchange, 200, '{}')
    })
    await fetch(`${listener.url}/api/v1/data/x`)
    expect(seen).toEqual(['127.0.0.1'])
    expect((await fetch(`${listener.url}/api/v1/admin/workflows`)).status).toBe(200)
  })

  test('behind a proxy on this machine is nobody', async () => {
    const { listener } = start()
    const response = await fetch(`${listener.url}/api/v1/admin/workflows`, {
      headers: { 'x-forwarded-for': '::1' },
    })
    expect(response.status).toBe(403)
  })
})

describe('a body above the limit', () => {
  const head =
    'POST /api/v1/admin/workflows HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n'

  test('is 413 with the envelope when its length is declared', async () => {
    const answer = await raw(start().listener, `${head}Content-Length: 1001\r\n\r\n${'x'.repeat(1001)}`)
    expect(answer).toStartWith('HTTP/1.1 413 ')
    expect(answer).toContain('"code":"PAYLOAD_TOO_LARGE"')
  })

  test('is 413 with the envelope when it comes in chunks', async () => {
    const chunk = `258\r\n${'x'.repeat(600)}\r\n`
    const answer = await raw(
      start().listener,
      `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    )
    expect(answer).toStartWith('HTTP/1.1 413 ')
    expect(answer).toContain('"code":"PAYLOAD_TOO_LARGE"')
  })
})

test('HEAD has the length of GET and no body', async () => {
  const { listener } = start()
  const body = await (await fetch(`${listener.url}/healthz`)).text()
  const answer = await raw(listener, 'HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  expect(answer.toLowerCase()).toContain(`content-length: ${body.length}\r\n`)
  expect(answer).toEndWith('\r\n\r\n')
})

describe('a port', () => {
  test('of 0 is a free one, and it is told', async () => {
    const { listener } = start()
    expect(listener.port).toBeGreaterThan(0)
    expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`)
    expect((await fetch(`${listener.url}/healthz`)).status).toBe(200)
  })

  test('that another server has is refused by name', () => {
    const { listener } = start()
    expect(() => testServer().server.listen({ host: '127.0.0.1', port: listener.port })).toThrow(
      `Cannot listen on 127.0.0.1:${listener.port}: another process listens there`,
    )
  })

  test('of an address that this machine has not is refused', () => {
    expect(() => testServer().server.listen({ host: '192.0.2.1', port: 0 })).toThrow(
      'Cannot listen on 192.0.2.1:0: this machine has no such address',
    )
  })
})

describe('a stop', () => {
  test('of an idle server with an open connection is immediate', async () => {
    const { listener } = start()
    await (await fetch(`${listener.url}/healthz`)).text()
    expect(await listener.stop(60_000)).toBe(true)
    await expect(fetch(`${listener.url}/healthz`)).rejects.toThrow()
  })

  test('lets a request in flight finish, with connection: close, and takes no other', async () => {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const { promise: began, resolve: begin } = Promise.withResolvers<void>()
    const { server, listener } = start(async (_request, exchange) => {
      begin()
      await mayEnd
      return jsonAnswer(exchange, 200, '{"late":true}')
    })
    const inFlight = fetch(`${listener.url}/api/v1/data/slow`)
    await began
    server.beginDrain()
    const stopped = listener.stop(60_000)
    await expect(fetch(`${listener.url}/healthz`)).rejects.toThrow()
    end()
    const response = await inFlight
    expect(response.headers.get('connection')).toBe('close')
    expect(await response.text()).toBe('{"late":true}')
    expect(await stopped).toBe(true)
  })

  test('cuts what is left at its deadline', async () => {
    const { promise: began, resolve: begin } = Promise.withResolvers<void>()
    const { listener } = start(() => {
      begin()
      return Promise.withResolvers<Response>().promise
    })
    const inFlight = fetch(`${listener.url}/api/v1/data/stuck`)
    const outcome = inFlight.then(
      () => 'answered',
      () => 'cut',
    )
    await began
    expect(await listener.stop(20)).toBe(false)
    expect(await outcome).toBe('cut')
  })
})
