import { describe, expect, test } from 'bun:test'
import { answering, openRoom, type Room, type RoomOptions, serving } from '../dispatch/test-room.ts'
import { mapTask, task } from '../engine/test-run.ts'
import type { JsonObject } from '../std/json.ts'
import { dataPlane } from './data-plane.ts'
import { testServer } from './test-server.ts'

interface Desk extends AsyncDisposable {
  readonly room: Room
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

const echo = [task('p', 'parse_json', { source: 'payload', target: 'in' })]
/** Answers what its workflow sees of the request as `data.seen`. */
const seeing = (seen: JsonObject) => [mapTask('see', { 'data.seen': seen })]

async function desk(options: RoomOptions = {}, maxBodyBytes = 1000): Promise<Desk> {
  const room = await openRoom({
    workflows: [
      { workflow_id: 'echo', version: 7, tasks: echo },
      {
        workflow_id: 'item',
        tasks: seeing({ p: { var: 'metadata.params' }, m: { var: 'metadata.http_method' } }),
      },
      { workflow_id: 'all', tasks: seeing({ m: { var: 'metadata' } }) },
    ],
    channels: [
      serving('echo', { methods: ['POST', 'GET', 'DELETE'] }),
      serving('item', { methods: ['GET', 'PUT'], route_pattern: '/items/{id}/parts/{part}' }),
      serving('all', { methods: ['POST', 'GET'] }),
    ],
    ...options,
  })
  const plane = dataPlane({
    snapshot: () => room.live.snapshot(),
    dispatch: room.dispatch,
    limit: undefined,
    maxBodyBytes,
  })
  const { ask } = testServer({ dataPlane: plane })
  return {
    room,
    ask: (method, path, body, headers) => ask(method, `/api/v1/data/${path}`, body, headers),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  }
}

async function json(answer: Response | Promise<Response>): Promise<JsonObject> {
  return JSON.parse(await (await answer).text())
}

async function error(answer: Response | Promise<Response>): Promise<JsonObject> {
  const body: { error: JsonObject } = JSON.parse(await (await answer).text())
  return body.error
}

describe('a request', () => {
  test('is answered with what its workflow made of data', async () => {
    await using open = await desk()
    const answer = await open.ask('POST', 'echo', { data: { order: 1 } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await json(answer)).toMatchObject({ status: 'ok', data: { in: { order: 1 } }, errors: [] })
  })

  test('tells the version of the workflow that answered, when one did', async () => {
    await using open = await desk({ channels: [serving('echo'), serving('idle', { workflow_id: null })] })
    const versionOf = async (path: string) =>
      (await open.ask('POST', path, { data: 1 })).headers.get('x-orion-workflow-version')
    expect(await versionOf('echo')).toBe('7')
    expect(await versionOf('idle')).toBeNull()
  })

  test('has its trace stored when it is answered', async () => {
    await using open = await desk()
    const text = await (await open.ask('POST', 'echo', { data: [1] })).text()
    const [row] = await open.room.traces()
    expect(row).toMatchObject({ id: JSON.parse(text).id, input_json: '[1]', result_json: text })
  })

  test('without a body is one with empty data', async () => {
    await using open = await desk()
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await json(open.ask(method, 'echo'))).toMatchObject({ data: { in: {} } })
    }
    expect(await json(open.ask('POST', 'echo', ''))).toMatchObject({ data: { in: {} } })
  })

  test.each([[null], [false], [0], [''], [[]], ['text'], [1.5], [{ a: null }]])(
    'may have any data: %p',
    async data => {
      await using open = await desk()
      expect(await json(open.ask('POST', 'echo', { data }))).toMatchObject({ data: { in: data } })
    },
  )

  test('may have other keys beside data and metadata', async () => {
    await using open = await desk()
    expect(await json(open.ask('POST', 'echo', { data: 1, extra: 2 }))).toMatchObject({ data: { in: 1 } })
  })

  test('keeps keys of any name', async () => {
    await using open = await desk()
    const text = await (
      await open.ask('POST', 'echo', '{"data":{"__proto__":{"a":1},"constructor":2}}')
    ).text()
    expect(text).toContain('"in":{"__proto__":{"a":1},"constructor":2}')
  })

  test('is answered by the snapshot it began with', async () => {
    await using open = await desk()
    const whole = Promise.withResolvers<Uint8Array>()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(await whole.promise)
        controller.close()
      },
    })
    const plane = dataPlane({
      snapshot: () => open.room.live.snapshot(),
      dispatch: open.room.dispatch,
      limit: undefined,
      maxBodyBytes: 99,
    })
    const { server } = testServer({ dataPlane: plane })
    const request = new Request('http://orion.test/api/v1/data/echo', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const answer = server.fetch(request)
    await open.room.live.change({
      decide: async () => ({
        edit: source => ({ ...source, channels: [] }),
        commit: () => Promise.resolve(),
        result: undefined,
      }),
    })
    expect((await open.ask('POST', 'echo', { data: 1 })).status).toBe(404)
    whole.resolve(new TextEncoder().encode('{"data":1}'))
    expect(await json(answer)).toMatchObject({ data: { in: 1 } })
  })
})

describe('what a workflow sees of a request', () => {
  test('are path parameters and the method', async () => {
    await using open = await desk()
    const answer = await json(open.ask('PUT', 'items/a%2Fb/parts/%C3%A9'))
    expect(answer).toMatchObject({ data: { seen: { p: { id: 'a/b', part: 'é' }, m: 'PUT' } } })
  })

  test('is the whole metadata, the server having the last word', async () => {
    await using open = await desk()
    const metadata = {
      tenant: 'acme',
      http_method: 'FAKE',
      params: { id: 'fake' },
      headers: { a: 'fake' },
      _orion_x: 1,
    }
    const { data } = await json(
      open.ask(
        'POST',
        'all?a=1&b=2&a=3&%C3%A9=%20+',
        { data: 1, metadata },
        { 'x-request-id': 'r-1', 'X-Other': 'yes' },
      ),
    )
    const { m } = JSON.parse(JSON.stringify(data)).seen
    expect(m).toMatchObject({
      tenant: 'acme',
      http_method: 'POST',
      query: { a: '3', b: '2', é: '  ' },
      channel: 'all',
    })
    expect(m.headers).toMatchObject({
      'x-request-id': 'r-1',
      'x-other': 'yes',
      'content-type': 'application/json',
    })
    expect(m).not.toHaveProperty('params')
    expect(m).not.toHaveProperty('_orion_x')
    expect(m.headers).not.toHaveProperty('a')
  })

  test('are never credentials', async () => {
    await using open = await desk()
    const answer = await open.ask(
      'POST',
      'all',
      { data: 1 },
      { authorization: 'Bearer s3cret', Cookie: 'sid=s3cret' },
    )
    const text = await answer.text()
    expect(text).toContain('"authorization":"******"')
    expect(text).toContain('"cookie":"******"')
    expect(text).not.toContain('s3cret')
    expect(JSON.stringify(await open.room.traces())).not.toContain('s3cret')
  })

  test('is the generated request id when the client sends none', async () => {
    await using open = await desk()
    const answer = await open.ask('POST', 'all', { data: 1 })
    expect(await answer.text()).toContain(`"x-request-id":"${answer.headers.get('x-request-id')}"`)
  })

  test('is no query when there is none', async () => {
    await using open = await desk()
    for (const path of ['all', 'all?', 'all?&']) {
      expect(await (await open.ask('GET', path)).text()).not.toContain('"query"')
    }
  })

  test('is no metadata of the caller that is not an object', async () => {
    await using open = await desk()
    for (const metadata of [null, 1, 'text', ['a']]) {
      const { data } = await json(open.ask('POST', 'all', { data: 1, metadata }))
      expect(Object.keys(JSON.parse(JSON.stringify(data)).seen.m)).toContain('http_method')
    }
  })

  test('is query names of any kind, as own keys', async () => {
    await using open = await desk()
    const text = await (await open.ask('GET', 'all?__proto__=x&constructor=y')).text()
    expect(text).toContain('"query":{"__proto__":"x","constructor":"y"}')
  })
})

describe('a request is refused', () => {
  test('with 404 when no channel has its path', async () => {
    await using open = await desk()
    const refused = await open.ask('POST', 'nothing/here', { data: 1 })
    expect(refused.status).toBe(404)
    expect(await error(refused)).toMatchObject({
      code: 'NOT_FOUND',
      message: 'No channel matches POST /nothing/here',
    })
  })

  test('with 405 and Allow when its method is not answered', async () => {
    await using open = await desk()
    const refused = await open.ask('PATCH', 'echo', { data: 1 })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'DELETE, GET, POST'])
    expect(await error(refused)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  test('with 415 when its body is not declared as JSON', async () => {
    await using open = await desk()
    for (const type of ['text/plain', 'application/jsonp', 'application/xml', 'text/json', '']) {
      const refused = await open.ask('POST', 'echo', '{"data":1}', { 'content-type': type })
      expect([type, refused.status]).toEqual([type, 415])
    }
  })

  test('not when it is, in any way to write it', async () => {
    await using open = await desk()
    for (const type of [
      'application/json',
      'APPLICATION/JSON; charset=utf-8',
      'application/cloudevents+json',
    ]) {
      expect((await open.ask('POST', 'echo', '{"data":1}', { 'content-type': type })).status).toBe(200)
    }
  })

  test.each([
    ['malformed', '{"data":', 'BAD_REQUEST', 'line 1, column 9'],
    ['not UTF-8', new Uint8Array([0x7b, 0xff]), 'BAD_REQUEST', 'UTF-8'],
    ['too deep', `{"data":${'['.repeat(127)}${']'.repeat(127)}}`, 'BAD_REQUEST', '127 levels'],
    ['with a number that cannot be kept', '{"data":{"id":1e999}}', 'NUMBER_OUT_OF_RANGE', '"data.id"'],
    ['an array', '[{"data":1}]', 'VALIDATION_ERROR', 'must be an object'],
    ['null', 'null', 'VALIDATION_ERROR', 'must be an object'],
    ['without data', '{"metadata":{}}', 'VALIDATION_ERROR', '"data" is required'],
    ['with data that is not its own', '{"__proto__":{"data":1}}', 'VALIDATION_ERROR', '"data" is required'],
  ])('with 400 when its body is %s', async (_what, body, code, message) => {
    await using open = await desk()
    const plane = dataPlane({
      snapshot: () => open.room.live.snapshot(),
      dispatch: open.room.dispatch,
      limit: undefined,
      maxBodyBytes: 1000,
    })
    const { server } = testServer({ dataPlane: plane })
    const headers = { 'content-type': 'application/json' }
    const refused = await server.fetch(
      new Request('http://orion.test/api/v1/data/echo', { method: 'POST', headers, body }),
    )
    expect(refused.status).toBe(400)
    const refusal = await error(refused)
    expect(refusal.code).toBe(code)
    expect(refusal.message).toContain(message)
    expect(await open.room.traces()).toEqual([])
  })

  test('with details that name the field', async () => {
    await using open = await desk()
    const { details } = await error(open.ask('POST', 'echo', {}))
    expect(details).toEqual([
      { path: 'data', code: 'REQUIRED', message: '"data" is required', expected: 'any JSON value' },
    ])
  })

  test('with 413 by its declared length alone, before its route is looked for', async () => {
    await using open = await desk()
    const refused = await open.ask('POST', 'nothing', '{"data":1}', { 'content-length': '1001' })
    expect([refused.status, (await error(refused)).code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect((await open.ask('POST', 'nothing', '{"data":1}', { 'content-length': '1000' })).status).toBe(404)
  })

  test('with 413 when its body grows beyond the limit', async () => {
    await using open = await desk()
    const fitting = JSON.stringify({ data: 'x'.repeat(989) })
    expect(fitting).toHaveLength(1000)
    expect((await open.ask('POST', 'echo', fitting)).status).toBe(200)
    const refused = await open.ask('POST', 'echo', `${fitting} `)
    expect([refused.status, (await error(refused)).code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  test('with 503 by a quarantined channel, on its route and by its name', async () => {
    await using open = await desk({
      channels: [serving('bad', { config: { nope: 1 }, route_pattern: '/x/{y}' })],
    })
    for (const path of ['bad', 'x/1']) {
      const refused = await open.ask('POST', path, { data: 1 })
      expect([refused.status, (await error(refused)).code]).toEqual([503, 'SERVICE_UNAVAILABLE'])
    }
  })

  test('with 500 and no inside when its workflow fails', async () => {
    const tasks = [mapTask('m', { 'data.x': { throw: 'secret' } })]
    await using open = await desk({ workflows: [{ workflow_id: 'echo', tasks }] })
    const refused = await open.ask('POST', 'echo', { data: 1 })
    const text = await refused.text()
    expect(refused.status).toBe(500)
    expect(text).toContain('"code":"ENGINE_ERROR"')
    expect(text).not.toContain('secret')
    expect(await open.room.traces()).toMatchObject([{ status: 'failed' }])
  })
})

test('a hundred changes during a load: no request fails, each is answered wholly by one version', async () => {
  await using open = await desk({
    workflows: [answering('v', { cat: ['0-', { var: 'metadata.params.x' }] })],
    channels: [serving('v', { route_pattern: '/v/{x}' })],
  })
  let finished = false
  const load = async () => {
    let answered = 0
    for (; !finished || answered === 0; answered++) {
      const answer = await open.ask('POST', 'v/1', { data: 1 })
      expect(answer.status).toBe(200)
      const body = await answer.text()
      const version = answer.headers.get('x-orion-workflow-version')
      expect(body).toContain(`"answer":"${version === '1' ? 0 : version}-1"`)
    }
    return answered
  }
  const loads = Array.from({ length: 4 }, load)
  for (let version = 2; version <= 100; version++) {
    await open.room.live.change({
      decide: async () => ({
        edit: source => ({
          ...source,
          workflows: source.workflows.map(row => ({
            ...row,
            version,
            tasks: [mapTask('a', { 'data.answer': { cat: [`${version}-`, { var: 'metadata.params.x' }] } })],
          })),
        }),
        commit: () => new Promise(resolve => setImmediate(resolve)),
        result: undefined,
      }),
    })
  }
  finished = true
  expect((await Promise.all(loads)).every(answered => answered > 1)).toBe(true)
})
