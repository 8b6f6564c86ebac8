import { describe, expect, test } from 'bun:test'
import type { ShownLimit } from '../dispatch/arrival.ts'
import { OrionError } from '../errors.ts'
import { jsonAnswer } from './answer.ts'
import type { Plane } from './exchange.ts'
import { testServer } from './test-server.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('the plane', () => {
  test.each([
    ['/api/v1/data/orders', 'data'],
    ['/api/v1/data/orders/', 'data'],
    ['/api/v1/data//', 'data'],
    ['/api/v1/data/tracesX', 'data'],
    ['/api/v1/data/traces-of-mine/1', 'data'],
    ['/api/v1/data/%74races', 'data'],
    ['/api/v1/data/traces', 'control'],
    ['/api/v1/data/traces/some-id', 'control'],
    ['/api/v1/data/traces/', 'control'],
    ['/api/v1/data', 'control'],
    ['/api/v1/data/', 'control'],
    ['/api/v1/datax/orders', 'control'],
    ['/', 'control'],
  ])('of %p is %s', async (path, plane) => {
    const text = await (await testServer().ask('GET', path)).text()
    expect(text === '{"plane":"data"}' ? 'data' : 'control').toBe(plane)
  })

  test('gets path and query as they came, undecoded', async () => {
    const seen: unknown[] = []
    const { ask } = testServer({
      dataPlane: (_request, exchange) => {
        seen.push(exchange.path, exchange.query, exchange.method, exchange.peer())
        return jsonAnswer(exchange, 200, '{}')
      },
    })
    await ask('POST', '/api/v1/data/a%2Fb//c?x=%41&y=?z')
    expect(seen).toEqual(['/api/v1/data/a%2Fb//c', 'x=%41&y=?z', 'POST', undefined])
  })
})

describe('of several limits', () => {
  const shown = async (...limits: ShownLimit[]) => {
    const { ask } = testServer({
      dataPlane: (_request, exchange) => {
        for (const limit of limits) exchange.showLimit(limit)
        return jsonAnswer(exchange, 200, '{}')
      },
    })
    const { headers } = await ask('GET', '/api/v1/data/orders')
    return ['limit', 'remaining', 'reset'].map(name => headers.get(`ratelimit-${name}`))
  }
  const wide = { limit: 100, remaining: 99, resetSecs: 1 }
  const narrow = { limit: 5, remaining: 3, resetSecs: 2 }

  test('the one with the least left is told, whichever was asked first', async () => {
    expect(await shown(wide, narrow)).toEqual(['5', '3', '2'])
    expect(await shown(narrow, wide)).toEqual(['5', '3', '2'])
    expect(await shown()).toEqual([null, null, null])
  })

  test('the later one is told when as much is left: it may be the one that refuses', async () => {
    expect(await shown({ ...wide, remaining: 0 }, { ...narrow, remaining: 0 })).toEqual(['5', '0', '2'])
  })
})

describe('the request id', () => {
  const idOf = async (sent?: string) =>
    (
      await testServer().ask('GET', '/healthz', undefined, sent === undefined ? {} : { 'x-request-id': sent })
    ).headers.get('x-request-id')

  test.each(['abc', 'a/b:c=d+e', 'x'.repeat(200)])('%p of the client is kept', async id =>
    expect(await idOf(id)).toBe(id),
  )

  test.each(['x'.repeat(201), 'with space', 'tab\there', 'é'])('%p of the client is replaced', async id =>
    expect(await idOf(id)).toMatch(UUID_V7),
  )

  test('is a UUID v7 otherwise', async () => expect(await idOf()).toMatch(UUID_V7))
})

describe('a throw', () => {
  const planes: [string, Plane][] = [
    [
      'at once',
      () => {
        throw new Error('boom')
      },
    ],
    ['later', () => Promise.reject(new Error('boom'))],
    [
      'of nothing',
      () => {
        throw undefined
      },
    ],
  ]

  test.each(planes)(
    'of the data plane, %s, is the 500 envelope, a counter and a line',
    async (_name, dataPlane) => {
      const { ask, counters, lines, log } = testServer({ dataPlane })
      const response = await ask('POST', '/api/v1/data/x', undefined, { 'x-request-id': 'r-9' })
      expect(response.status).toBe(500)
      expect(response.headers.get('x-frame-options')).toBe('DENY')
      expect(await response.json()).toEqual({
        error: { code: 'INTERNAL_ERROR', message: 'An internal error occurred', request_id: 'r-9' },
      })
      expect(counters.snapshot().panic).toBe(1)
      await log.flush()
      expect(lines.some(line => line.includes('"r-9"') && line.includes('Request failed'))).toBe(true)
    },
  )

  test('of the control plane is the same, and the next request is answered', async () => {
    const { ask, counters } = testServer({
      live: {
        status: () => {
          throw new RangeError('boom')
        },
      },
    })
    const response = await ask('GET', '/api/v1/admin/engine/status')
    expect(response.status).toBe(500)
    expect(JSON.parse(await response.text()).error.code).toBe('INTERNAL_ERROR')
    expect(counters.snapshot().panic).toBe(1)
    expect((await ask('GET', '/healthz')).status).toBe(200)
  })

  test('of an OrionError answers by its code and is no panic', async () => {
    const { ask, counters } = testServer({
      dataPlane: () => {
        throw new OrionError('SERVICE_UNAVAILABLE', 'quarantined')
      },
    })
    expect((await ask('GET', '/api/v1/data/x')).status).toBe(503)
    expect(counters.snapshot().panic).toBe(0)
  })
})

test('every request leaves one access line, with the pattern of its route and nothing of its content', async () => {
  const { ask, lines, log } = testServer()
  await ask('POST', '/api/v1/admin/workflows/secret-id/versions', undefined, { 'x-request-id': 'r-1' })
  await ask('GET', '/nowhere/secret-path')
  await ask('POST', '/api/v1/admin/workflows', { secret: 'payload' })
  await log.flush()
  const access = lines
    .map(line => JSON.parse(line).fields)
    .filter(fields => fields.message === 'HTTP request')
  expect(access).toHaveLength(3)
  expect(access[0]).toMatchObject({
    request_id: 'r-1',
    'http.method': 'POST',
    'http.route': '/api/v1/admin/workflows/{id}/versions',
    'http.status_code': 201,
  })
  expect(access[1]).toMatchObject({ 'http.route': '-', 'http.status_code': 404 })
  expect(lines.join()).not.toContain('secret')
})

describe('a call in process', () => {
  test('to HEAD has the headers of GET and no body', async () => {
    const { ask } = testServer()
    const head = await ask('HEAD', '/health')
    expect(head.status).toBe(200)
    expect(head.headers.get('content-type')).toBe('application/json')
    expect(await head.text()).toBe('')
  })

  test('while draining is told to close', async () => {
    const { server, ask } = testServer()
    expect((await ask('GET', '/healthz')).headers.get('connection')).toBeNull()
    server.beginDrain()
    for (const path of ['/healthz', '/api/v1/data/x', '/nowhere', '/docs/']) {
      expect((await ask('GET', path)).headers.get('connection')).toBe('close')
    }
  })
})
