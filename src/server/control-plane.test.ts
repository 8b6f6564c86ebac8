import { describe, expect, test } from 'bun:test'
import { OrionError } from '../errors.ts'
import { ORIGIN, testServer } from './test-server.ts'

const ADMIN = '/api/v1/admin'

async function errorOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  const { error } = JSON.parse(await response.text())
  expect(error.request_id).toBe(response.headers.get('x-request-id'))
  return error
}

describe('404', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/nope'],
    ['POST', '/api/v1/admin'],
    ['GET', `${ADMIN}/workflows/`],
    ['GET', `${ADMIN}/workflows//`],
    ['GET', `${ADMIN}/Workflows`],
    ['GET', `${ADMIN}//workflows`],
    ['GET', `${ADMIN}/work%66lows`],
    ['GET', `${ADMIN}/workflows/a/b/c`],
    ['GET', '/health/'],
    ['GET', '/metrics'],
    ['POST', `${ADMIN}/workflows/a/clone`],
    ['GET', `${ADMIN}/backups`],
    ['PROPFIND', '/nope'],
  ])('%s %s', async (method, path) => {
    const response = await testServer().ask(method, path)
    expect(response.status).toBe(404)
    expect(await errorOf(response)).toMatchObject({
      code: 'NOT_FOUND',
      message: `No route ${method} ${path}`,
    })
  })
})

describe('405', () => {
  test.each([
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/readyz', 'GET, HEAD'],
    ['DELETE', `${ADMIN}/workflows`, 'GET, HEAD, POST'],
    ['GET', `${ADMIN}/connectors/reload`, 'POST'],
    ['POST', `${ADMIN}/workflows/a`, 'GET, HEAD, PUT, DELETE'],
    ['GET', `${ADMIN}/channels/a/status`, 'PATCH'],
    ['GET', `${ADMIN}/workflows/validate`, 'POST'],
    ['PUT', `${ADMIN}/workflows/validate`, 'POST'],
    ['GET', `${ADMIN}/channels/validate`, 'POST'],
    ['HEAD', `${ADMIN}/engine/reload`, 'POST'],
    ['PUT', `${ADMIN}/connectors/a/b`, undefined],
    ['PATCH', `${ADMIN}/connectors/a`, 'GET, HEAD, PUT, DELETE'],
    ['TRACE', '/healthz', 'GET, HEAD'],
    ['PROPFIND', '/docs/', 'GET, HEAD'],
    ['POST', '/api/v1/data/traces', 'GET, HEAD'],
    ['DELETE', '/api/v1/data/traces/x', 'GET, HEAD'],
  ])('%s %s has allow %p', async (method, path, allow) => {
    const response = await testServer().ask(method, path)
    expect(response.status).toBe(allow === undefined ? 404 : 405)
    expect(response.headers.get('allow')).toBe(allow ?? null)
    if (allow !== undefined && method !== 'HEAD') {
      expect((await errorOf(response)).message).toBe(`${path} answers ${allow}, not ${method}`)
    }
  })
})

describe('a body', () => {
  const create = `${ADMIN}/workflows`

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'as %s is 415',
    async type => {
      const response = await testServer().ask('POST', create, '{}', { 'content-type': type })
      expect(response.status).toBe(415)
      expect((await errorOf(response)).code).toBe('UNSUPPORTED_MEDIA_TYPE')
    },
  )

  test('without a content type is 415', async () => {
    const request = new Request(`${ORIGIN}${create}`, {
      method: 'POST',
      body: new TextEncoder().encode('{}'),
    })
    expect((await testServer().server.fetch(request)).status).toBe(415)
  })

  test('as application/*+json is taken', async () => {
    const { ask, asked } = testServer()
    expect((await ask('POST', create, '{"a":1}', { 'content-type': 'application/vnd.x+json' })).status).toBe(
      201,
    )
    expect(asked).toEqual([['workflows create', { name: 'anonymous' }, { a: 1 }]])
  })

  test('that is not JSON is 400 with line and column', async () => {
    const response = await testServer().ask('POST', create, '{\n  "a": nope}')
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/line 2, column 8/),
    })
  })

  test('that is absent is 400', async () => {
    const response = await testServer().ask('POST', create)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).code).toBe('BAD_REQUEST')
  })

  test('above the limit is 413, at the limit it is read', async () => {
    const { ask } = testServer({ maxBodyBytes: 20 })
    const response = await ask('POST', create, JSON.stringify('x'.repeat(19)))
    expect(response.status).toBe(413)
    expect((await errorOf(response)).code).toBe('PAYLOAD_TOO_LARGE')
    expect((await ask('POST', create, JSON.stringify('x'.repeat(18)))).status).toBe(201)
  })

  test.each(['null', '[]', '"text"', '7'])('of %s reaches the catalog, which judges it', async json => {
    const { ask, asked } = testServer()
    await ask('POST', create, json)
    expect(asked[0]?.[2]).toEqual(JSON.parse(json))
  })

  test('of a route that takes none is not looked at', async () => {
    const { ask } = testServer()
    const response = await ask('POST', `${ADMIN}/workflows/a/versions`, 'not json', {
      'content-type': 'text/plain',
    })
    expect(response.status).toBe(201)
  })
})

describe('an id in the path', () => {
  test.each([
    ['a', 'a'],
    ['a%2Fb', 'a/b'],
    ['%2525', '%25'],
    ['%E2%82%AC', '€'],
    ['a+b', 'a+b'],
    ['a:b;c', 'a:b;c'],
    ['constructor', 'constructor'],
    ['%69mport', 'import'],
  ])('%p is %p', async (raw, id) => {
    const { ask, asked } = testServer()
    expect((await ask('GET', `${ADMIN}/workflows/${raw}`)).status).toBe(200)
    expect(asked).toEqual([['workflows get', id]])
  })

  test.each(['%zz', '%', '%E2%82', '%ff'])('%p is 400', async raw => {
    const response = await testServer().ask('GET', `${ADMIN}/channels/${raw}`)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).message).toContain(`"${raw}"`)
  })
})

describe('admin access', () => {
  const keyed = { adminAccess: { keys: ['key-one-111'], header: 'Authorization', allowOpen: false } }
  const right = { authorization: 'Bearer key-one-111' }

  test.each([`${ADMIN}/workflows`, `${ADMIN}/nope`, `${ADMIN}x`, ADMIN, `${ADMIN}/workflows/import`])(
    'covers %s, whether there is such a route or not',
    async path => {
      const { ask, asked } = testServer(keyed)
      const response = await ask('GET', path)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toStartWith('Bearer')
      expect((await errorOf(response)).message).toBe('Missing Authorization header')
      expect(asked).toEqual([])
    },
  )

  test.each([
    '/health',
    '/healthz',
    '/readyz',
    '/docs/',
    '/api/v1/openapi.json',
    '/api/v1/data/traces',
    '/api/v1/data/x',
  ])('does not cover %s', async path => expect((await testServer(keyed).ask('GET', path)).status).toBe(200))

  test('comes before the body is read', async () => {
    const { ask } = testServer({ ...keyed, maxBodyBytes: 1 })
    expect((await ask('POST', `${ADMIN}/workflows`, { too: 'large' })).status).toBe(401)
  })

  test('gives the catalog the principal, not the key', async () => {
    const { ask, asked } = testServer(keyed)
    await ask('POST', `${ADMIN}/engine/reload`, undefined, right)
    expect(asked).toEqual([['reload', { name: 'key-one-...' }]])
  })

  test('counts a wrong key', async () => {
    const { ask, counters } = testServer(keyed)
    expect((await ask('GET', `${ADMIN}/workflows`, undefined, { authorization: 'Bearer no' })).status).toBe(
      401,
    )
    expect(counters.snapshot().auth_failure).toBe(1)
  })

  test('without a key refuses what came through a proxy, with 403', async () => {
    const { ask } = testServer()
    const response = await ask('GET', `${ADMIN}/workflows`, undefined, { 'x-forwarded-for': '127.0.0.1' })
    expect(response.status).toBe(403)
    expect((await errorOf(response)).code).toBe('FORBIDDEN')
    expect((await ask('GET', `${ADMIN}/workflows`)).status).toBe(200)
  })
})

test('an error of the catalog goes out as it is', async () => {
  const { ask } = testServer({
    traces: {
      get: () => Promise.reject(new OrionError('STORAGE_ERROR', 'An internal storage error occurred')),
      list: () => Promise.resolve({ rows: [], total: 0 }),
    },
  })
  const response = await ask('GET', '/api/v1/data/traces/x')
  expect(response.status).toBe(500)
  expect((await errorOf(response)).code).toBe('STORAGE_ERROR')
})

test('a page and its list of routes answer HEAD wherever they answer GET', async () => {
  const { ask } = testServer()
  for (const path of [
    '/healthz',
    '/docs',
    '/docs/',
    '/api/v1/openapi.json',
    `${ADMIN}/channels`,
    '/docs/icon.png',
  ]) {
    const [head, get] = [await ask('HEAD', path), await ask('GET', path)]
    expect([path, head.status, head.headers.get('content-type')]).toEqual([
      path,
      get.status,
      get.headers.get('content-type'),
    ])
  }
})
