import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { isObject, type JsonObject } from '../src/std/json.ts'
import { type CallingApp, openCallingApp } from './harness/calling.ts'
import { channel, task, workflow } from './harness/samples.ts'

/** Tells what it was sent. */
const echo = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname, search } = new URL(request.url)
    const headers = Object.fromEntries(request.headers)
    const body = Buffer.from(await request.arrayBuffer())
    return Response.json({
      method: request.method,
      path: pathname + search,
      headers,
      body: body.toString('latin1'),
    })
  },
})

let app: CallingApp

beforeAll(async () => {
  app = await openCallingApp({
    url: `http://127.0.0.1:${echo.port}/base/?key=1&tag=base`,
    headers: { 'X-Team': 'connector', 'X-Kept': 'kept' },
    auth: { type: 'bearer', token: 'secret-token' },
  })
})

afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await echo.stop(true)
})

async function sent(input: JsonObject, data: JsonObject = {}): Promise<JsonObject> {
  const answer = await app.call(input, data)
  const got = answer.at('data.got')
  if (answer.status !== 200 || typeof got !== 'object' || got === null || Array.isArray(got)) {
    throw new Error(`${answer.status} ${answer.text}`)
  }
  return got
}

describe('the URL of a call', () => {
  test('is the base URL where there is no path', async () => {
    expect((await sent({})).path).toBe('/base/?key=1&tag=base')
    expect((await sent({ path: '' })).path).toBe('/base/?key=1&tag=base')
  })

  test('has the path below the base, and of one name in a query the value of the task', async () => {
    expect((await sent({ path: '/orders' })).path).toBe('/base/orders?key=1&tag=base')
    expect((await sent({ path: 'orders?tag=path&x=1' })).path).toBe('/base/orders?key=1&tag=path&x=1')
    const query = { tag: { var: 'data.in.tag' }, many: [1, 'b c', null], gone: null, key: null }
    expect((await sent({ path: '/o?x=1&many=2', query }, { tag: 'a&b=c' })).path).toBe(
      '/base/o?x=1&tag=a%26b%3Dc&many=1&many=b%20c',
    )
  })

  test('encodes what is computed, so that it is one segment', async () => {
    const path = { cat: ['/orders/', { var: 'data.in.id' }, '/lines?open=1'] }
    expect((await sent({ path }, { id: 'a/../b?c=d#e' })).path).toBe(
      '/base/orders/a%2F..%2Fb%3Fc%3Dd%23e/lines?key=1&tag=base&open=1',
    )
    expect(
      (await sent({ path_logic: { var: 'data.in.id' }, path: '/unused' }, { id: '/a b/ü?x' })).path,
    ).toBe('/base/a%20b/%C3%BC%3Fx?key=1&tag=base')
  })

  test('never leaves the base, and is never that of a whole list for want of a part', async () => {
    const path = { cat: ['/orders/', { var: 'data.in.id' }, '/lines'] }
    for (const id of ['..', '.', '', null, { a: 1 }, ['x']]) {
      const answer = await app.call({ path }, { id })
      expect(answer.status).toBe(400)
      expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
    }
    for (const whole of ['../../x', 'a/../..', '%2e%2e/x', null]) {
      const answer = await app.call({ path: { var: 'data.in.whole' } }, { whole })
      expect(answer.status === 400 || !String(answer.at('data.got.path')).includes('..')).toBe(true)
    }
  })
})

describe('the headers of a call', () => {
  test('are one for each name: the task over the sign-in over the connector over what is usual', async () => {
    const { headers } = await sent(
      { method: 'POST', headers: { 'x-team': { var: 'data.in.team' } }, body: {} },
      { team: 7 },
    )
    expect(headers).toMatchObject({
      'x-team': '7',
      'x-kept': 'kept',
      authorization: 'Bearer secret-token',
      'content-type': 'application/json',
      'user-agent': 'orion/0.0.0-test',
    })
    const own = await sent({
      method: 'POST',
      headers: {
        Authorization: 'Basic x',
        'Content-Type': 'application/vnd.a+json',
        'X-Kept': null,
        'User-Agent': 'me',
      },
      body: {},
    })
    expect(own.headers).toMatchObject({
      authorization: 'Basic x',
      'content-type': 'application/vnd.a+json',
      'user-agent': 'me',
    })
    expect(own.headers).not.toHaveProperty('x-kept')
  })

  test('hold no line break', async () => {
    const answer = await app.call({ headers: { 'x-a': { var: 'data.in.a' } } }, { a: 'b\r\nx-c: d' })
    expect(answer.status).toBe(400)
  })
})

describe('the body of a call', () => {
  test('is JSON with every digit, or nothing', async () => {
    const exact = await app.client.request('POST', '/api/v1/data/call-1', { body: '{"data":{}}' })
    expect(exact.status).toBe(200)
    expect((await sent({ method: 'POST', body: { a: { var: 'data.in.n' } } }, { n: 1.5 })).body).toBe(
      '{"a":1.5}',
    )
    expect((await sent({ method: 'POST', body: null })).headers).toMatchObject({ 'content-length': '0' })
    expect((await sent({ method: 'POST', body_logic: { var: 'data.in.none' }, body: 1 })).body).toBe('null')
    expect((await sent({ method: 'GET', body: { q: 1 } })).headers).toMatchObject({ 'content-length': '7' })
  })

  test('is a form, a text or bytes where that is asked for', async () => {
    const form = await sent({
      method: 'POST',
      body_format: 'form',
      body: { a: ['1', 2], b: null, c: 'x y&' },
    })
    expect(form.body).toBe('a=1&a=2&c=x+y%26')
    expect(form.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' })
    const text = await sent({ method: 'PUT', body_format: 'text', body: 'hello' })
    expect(text.body).toBe('hello')
    const bytes = await sent({ method: 'PATCH', body_format: 'bytes', body: 'AP8=' })
    expect(bytes.body).toBe('\u0000\u00ff')
    for (const refused of [
      { body_format: 'form', body: { a: { b: 1 } } },
      { body_format: 'text', body: 5 },
      { body_format: 'bytes', body: '!' },
    ]) {
      expect((await app.call({ method: 'POST', ...refused })).status).toBe(400)
    }
  })
})

describe('what comes of a call', () => {
  const answers: Record<string, () => Response> = {
    '/json': () => Response.json({ n: 1 }),
    '/problem': () => new Response('{"a":1}', { headers: { 'content-type': 'application/problem+json' } }),
    '/text': () => new Response('hi', { headers: { 'content-type': 'text/plain; charset=iso-8859-1' } }),
    '/latin': () =>
      new Response(new Uint8Array([0xe9]), { headers: { 'content-type': 'text/plain; charset=iso-8859-1' } }),
    '/none': () => new Response(null, { status: 204 }),
    '/empty': () => new Response('', { headers: { 'content-type': 'application/json' } }),
    '/binary': () => new Response(new Uint8Array([0, 255]), { headers: { 'content-type': 'image/png' } }),
    '/broken': () => new Response('{"a":', { headers: { 'content-type': 'application/json' } }),
    '/big': () => new Response('[12345678901234567890]', { headers: { 'content-type': 'application/json' } }),
    '/created': () => Response.json({ id: 7 }, { status: 201, headers: { 'x-more': 'yes' } }),
  }
  const far = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: request => answers[new URL(request.url).pathname]?.() ?? new Response('no', { status: 404 }),
  })
  let calling: CallingApp
  beforeAll(async () => {
    calling = await openCallingApp({ url: `http://127.0.0.1:${far.port}` })
  })
  afterAll(async () => {
    await calling[Symbol.asyncDispose]()
    await far.stop(true)
  })

  test('is the value of the body by its content type', async () => {
    const got = async (path: string, rest: JsonObject = {}) =>
      (await calling.call({ path, ...rest })).at('data.got')
    expect(await got('/json')).toEqual({ n: 1 })
    expect(await got('/problem')).toEqual({ a: 1 })
    expect(await got('/text')).toBe('hi')
    expect(await got('/latin')).toBe('é')
    expect(await got('/none')).toBeNull()
    expect(await got('/empty')).toBeNull()
    expect(await got('/binary')).toBe('AP8=')
    expect(await got('/json', { response_format: 'text' })).toBe('{"n":1}')
    expect(await got('/text', { response_format: 'base64' })).toBe('aGk=')
    expect((await calling.call({ path: '/big' })).text).toContain('12345678901234567890')
  })

  test('is status, headers and body when all of it is asked for', async () => {
    const answer = await calling.call({ path: '/created', response: 'full' })
    expect(answer.at('data.got')).toMatchObject({
      status: 201,
      headers: { 'x-more': 'yes' },
      body: { id: 7 },
    })
  })

  test('is an error of the far side when it says JSON and is none, unless nobody looks', async () => {
    const answer = await calling.call({ path: '/broken' })
    expect(answer.status).toBe(502)
    expect(answer.at('error.code')).toBe('UPSTREAM_ERROR')
    expect((await calling.call({ path: '/broken', response_format: 'text' })).at('data.got')).toBe('{"a":')
  })

  test('is nothing where it goes nowhere', async () => {
    const { client } = calling
    const call = task('http_call', { connector: 'far', path: '/broken' })
    await client.declare(workflow('unheard', [call]), channel('unheard'))
    const answer = await client.post('unheard', {})
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toEqual({})
  })
})

describe('a call that could never be made', () => {
  test('is refused when its workflow is written', async () => {
    const problems = async (input: JsonObject) => {
      const tasks = [task('http_call', input)]
      const answer = await app.client.admin('POST', 'workflows', {
        workflow_id: 'w',
        name: 'w',
        tasks,
      })
      const details = answer.at('error.details')
      return Array.isArray(details)
        ? details.map(detail => isObject(detail) && detail.path)
        : [`${answer.status} ${answer.text}`]
    }
    const at = (field: string) => [`tasks[0].function.input.${field}`]
    expect(await problems({ connector: 'far', method: 'get' })).toEqual(at('method'))
    expect(await problems({ connector: 'far', path: '/a/../../b' })).toEqual(at('path'))
    expect(await problems({ connector: 'far', headers: { Host: 'x' } })).toEqual(at('headers.Host'))
    expect(await problems({ connector: 'far', headers: { 'a b': 'x' } })).toEqual(at('headers.a b'))
    expect(await problems({ connector: 'far', timeout_ms: 0 })).toEqual(at('timeout_ms'))
    expect(await problems({ connector: 'far', body_format: 'xml' })).toEqual(at('body_format'))
    expect(await problems({ connector: 'far', output: 'data.a', response_path: 'data.b' })).toEqual(
      at('output'),
    )
    expect(await problems({ method: 'GET' })).toEqual(at('connector'))
  })
})
