import { describe, expect, test } from 'bun:test'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { systemClock } from '../../std/clock.ts'
import { nextTurn } from '../../std/next-turn.ts'
import { ConnectorError } from '../failure.ts'
import { Egress } from './egress.ts'
import { HttpFault } from './http-fault.ts'
import { HttpLine } from './http-line.ts'
import { originOf } from './http-message.ts'
import { openFarSide } from './test-far-side.ts'
import { TimeLimit } from './time-limit.ts'

const NEVER = new AbortController().signal
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

function openLine(): HttpLine & Disposable {
  const lookup = async () => [{ address: '127.0.0.1' }]
  const egress = new Egress({ lists: {}, lookup, clock: systemClock })
  const line = new HttpLine(egress.dialler('far', 'http', { allow_private_urls: true }), systemClock)
  return Object.assign(line, { [Symbol.dispose]: () => line.close() })
}

interface Asked {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string
  maxBytes?: number
  signal?: AbortSignal
}

async function send(line: HttpLine, port: number, asked: Asked = {}) {
  const { method = 'GET', path = '/', headers = {}, body, maxBytes = 1000, signal = NEVER } = asked
  const origin = originOf(new URL(`http://far.example:${port}`))
  using limit = new TimeLimit(10_000, signal)
  return await line.send({ method, origin, path, headers, body }, limit, maxBytes)
}

async function inPieces(socket: Socket, text: string): Promise<void> {
  for (const byte of text) {
    socket.write(byte)
    await nextTurn()
  }
}

function textOf({ body }: { body: Uint8Array }): string {
  return Buffer.from(body).toString()
}

async function faultOf(promise: Promise<unknown>): Promise<HttpFault> {
  const error = await promise.then(
    () => undefined,
    caught => caught,
  )
  if (!(error instanceof HttpFault)) throw new Error(`no fault: ${String(error)}`)
  return error
}

async function faultFor(answer: (socket: Socket) => void, asked: Asked = {}): Promise<string> {
  using line = openLine()
  using far = await openFarSide(answer)
  return (await faultOf(send(line, far.port, asked))).kind
}

describe('a line of HTTP', () => {
  test('sends the name of the host to the address that was checked', async () => {
    using line = openLine()
    using far = await openFarSide(socket => socket.write(OK))
    const answer = await send(line, far.port, { path: '/a?b=c', headers: { 'x-one': '1' } })
    expect(textOf(answer)).toBe('ok')
    expect(far.heard[0]).toStartWith('GET /a?b=c HTTP/1.1\r\n')
    expect(far.heard[0]).toContain(`host: far.example:${far.port}\r\n`)
    expect(far.heard[0]).toContain('x-one: 1\r\n')
  })

  test('keeps its connection for the next request', async () => {
    using line = openLine()
    using far = await openFarSide(socket => socket.write(OK))
    await send(line, far.port)
    await send(line, far.port, { method: 'POST', body: 'x' })
    expect(far.connections()).toBe(1)
  })

  test('closes what it keeps', async () => {
    const line = openLine()
    const closed = Promise.withResolvers<void>()
    using far = await openFarSide(socket => {
      socket.on('close', () => closed.resolve())
      socket.write(OK)
    })
    await send(line, far.port)
    line.close()
    await closed.promise
  })

  test('sends a body with GET', async () => {
    using line = openLine()
    using far = await openFarSide(socket => socket.write(OK))
    await send(line, far.port, { body: '{"a":1}' })
    expect(far.heard.join('')).toContain('content-length: 7\r\n')
    expect(far.heard.join('')).toEndWith('{"a":1}')
  })

  test('asks again at once when a kept connection was closed, but never does a POST twice', async () => {
    for (const { method, heard } of [
      { method: 'GET', heard: 3 },
      { method: 'POST', heard: 2 },
    ]) {
      using line = openLine()
      using far = await openFarSide((socket, turn) => {
        if (turn === 2) socket.destroy()
        else socket.write(OK)
      })
      await send(line, far.port, { method })
      const second = await send(line, far.port, { method }).catch((error: unknown) => error)
      expect(second instanceof HttpFault).toBe(method === 'POST')
      expect(far.heard).toHaveLength(heard)
    }
  })

  test('decompresses what it is given', async () => {
    using line = openLine()
    const body = gzipSync('hello')
    using far = await openFarSide(socket => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`)
      socket.write(body)
    })
    expect(textOf(await send(line, far.port))).toBe('hello')
  })

  test('stops at its limit: as declared, as it comes, and as it unfolds', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const asked = { maxBytes: 100_000 }
    const declared = 'HTTP/1.1 200 OK\r\ncontent-length: 100001\r\n\r\n'
    expect(await faultFor(socket => socket.write(declared), asked)).toBe('too-large')
    const endless = (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      for (let sent = 0; sent < 20; sent++) socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`)
    }
    expect(await faultFor(endless, asked)).toBe('too-large')
    const unfolding = (socket: Socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`)
      socket.write(bomb)
    }
    expect(await faultFor(unfolding, asked)).toBe('too-large')
  })

  test('tells what is no answer from what breaks off', async () => {
    expect(await faultFor(socket => socket.end('garbage\r\n\r\n'))).toBe('invalid')
    expect(await faultFor(socket => socket.destroy())).toBe('cut')
    expect(await faultFor(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok'))).toBe('cut')
    const two = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 2\r\n\r\nhello'
    expect(await faultFor(socket => socket.write(two))).toBe('invalid')
    const encoded = 'HTTP/1.1 200 OK\r\ncontent-encoding: rot13\r\ncontent-length: 2\r\n\r\nok'
    expect(await faultFor(socket => socket.write(encoded))).toBe('invalid')
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'
    expect(await faultFor(socket => socket.write(switching))).toBe('invalid')
  })

  test('ends with its signal, before and in the middle of the answer', async () => {
    const silent = () => undefined
    expect(await faultFor(silent, { signal: AbortSignal.timeout(20) })).toBe('aborted')
    const slow = (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok')
    expect(await faultFor(slow, { signal: AbortSignal.timeout(20) })).toBe('aborted')
    expect(await faultFor(slow, { signal: AbortSignal.abort() })).toBe('aborted')
  })

  test('refuses what would be another message than it seems', async () => {
    using line = openLine()
    using far = await openFarSide(socket => socket.write(OK))
    const thrown = (asked: Asked) => send(line, far.port, asked).catch((error: unknown) => String(error))
    expect(await thrown({ headers: { a: 'b\r\nc: d' } })).toContain('a header with a line break')
    expect(await thrown({ path: '/a b' })).toContain('a path that is not encoded')
    expect(far.heard).toEqual([])
  })

  test('reads an answer however it is cut into pieces, behind any number of announcements', async () => {
    using line = openLine()
    const head =
      'HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\nset-cookie: a\r\nset-cookie: b\r\n'
    const whole = `${head}x: 1\r\nX: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\ntrailer: t\r\n\r\n`
    using far = await openFarSide(socket => void inPieces(socket, whole))
    for (const times of [1, 2]) {
      const answer = await send(line, far.port)
      expect([times, textOf(answer)]).toEqual([times, 'hello'])
      expect(answer.headers).toEqual({ 'set-cookie': ['a', 'b'], x: '1, 2', 'transfer-encoding': 'chunked' })
    }
    expect(far.connections()).toBe(1)
  })

  test('reads many headers, and not too many', async () => {
    const many = Array.from({ length: 100 }, (_, at) => `h${at}: v\r\n`).join('')
    using line = openLine()
    using far = await openFarSide(socket =>
      socket.write(`HTTP/1.1 200 OK\r\n${many}content-length: 0\r\n\r\n`),
    )
    expect(Object.keys((await send(line, far.port)).headers)).toHaveLength(101)
    const huge = `HTTP/1.1 200 OK\r\nh: ${'v'.repeat(100_000)}\r\n\r\n`
    expect(await faultFor(socket => socket.write(huge))).toBe('invalid')
  })

  test('takes a body that ends with its connection, and one that is announced for HEAD and does not come', async () => {
    using line = openLine()
    using far = await openFarSide(socket => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'))
    expect(textOf(await send(line, far.port))).toBe('until the end')
    using heads = await openFarSide(socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n'))
    expect((await send(line, heads.port, { method: 'HEAD' })).headers['content-length']).toBe('5000')
    await send(line, heads.port, { method: 'HEAD' })
    expect(heads.connections()).toBe(1)
  })

  test('has no answer but the one that was asked for on a connection', async () => {
    using line = openLine()
    using far = await openFarSide((socket, turn) =>
      socket.write(turn === 1 ? OK + OK.replace('ok', 'no') : OK),
    )
    await send(line, far.port)
    expect(textOf(await send(line, far.port))).toBe('ok')
  })
})

function redirectTo(location: string, status = 302): string {
  return `HTTP/1.1 ${status} Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`
}

describe('redirects', () => {
  test('to the same origin keep every header, and 307 the body', async () => {
    using line = openLine()
    using far = await openFarSide((socket, turn) => socket.write(turn === 1 ? redirectTo('/next', 307) : OK))
    await send(line, far.port, { method: 'POST', body: 'body', headers: { authorization: 'Bearer x' } })
    const next = far.heard.slice(1).join('')
    expect(next).toStartWith('POST /next ')
    expect(next).toContain('authorization: Bearer x')
    expect(next).toEndWith('body')
  })

  test('of 301, 302 and 303 make a GET without a body of a POST', async () => {
    for (const status of [301, 302, 303]) {
      using line = openLine()
      using far = await openFarSide((socket, turn) =>
        socket.write(turn === 1 ? redirectTo('/next', status) : OK),
      )
      const headers = { 'content-type': 'text/plain' }
      await send(line, far.port, { method: 'POST', body: 'body', headers })
      expect(far.heard[1]).toStartWith('GET /next ')
      expect(far.heard[1]).not.toContain('content-')
    }
  })

  test('to another origin may not lead to a private address, whatever its connector may call', async () => {
    using line = openLine()
    using other = await openFarSide(socket => socket.write(OK))
    using far = await openFarSide(socket => socket.write(redirectTo(`http://other.example:${other.port}/`)))
    const error = await send(line, far.port).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ConnectorError)
    expect(other.connections()).toBe(0)
  })

  test('end after five, and go neither to files nor from https to http', async () => {
    const around = (socket: Socket) => socket.write(redirectTo('/again'))
    expect(await faultFor(around)).toBe('redirect')
    expect(await faultFor(socket => socket.write(redirectTo('file:///etc/hostname')))).toBe('redirect')
    expect(await faultFor(socket => socket.write(redirectTo('data:,x')))).toBe('redirect')
  })
})
