import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { expectEnvelope, expectHouseHeaders } from './harness/envelope.ts'
import { channel, echoWorkflow, mapTask, parseTask, task, workflow } from './harness/samples.ts'

const AT = 'data._orion.response'

/** Answers as its payload says, and has `order`, `page` and `errors` to answer with. */
const MIRROR = workflow('mirror', [
  mapTask('m', { 'data.order': { id: 7, lines: [1, 2] }, 'data.page': '<p>é</p>' }),
  parseTask('_orion.response'),
])

interface Mirror extends AsyncDisposable {
  readonly app: App
  /** Has a run answered so. */
  answer(response: Json, headers?: Record<string, string>): Promise<Answer>
  /** The trace of the last run. */
  trace(): Promise<Answer>
}

async function openMirror(response: JsonObject = {}, definition = MIRROR): Promise<Mirror> {
  const app = await openApp()
  const config = { request: { body_mode: 'payload' }, response: { mode: 'shaped', ...response } }
  await app.client.declare(definition, channel('mirror', { config, methods: ['POST', 'HEAD'] }))
  return {
    app,
    answer: (body, headers = {}) => app.client.request('POST', '/api/v1/data/mirror', { body, headers }),
    trace: () => lastTrace(app),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

async function lastTrace({ client }: App): Promise<Answer> {
  const list = await client.request('GET', '/api/v1/data/traces?limit=1')
  return client.request('GET', `/api/v1/data/traces/${list.at('data.0.id')}`)
}

describe('a shaped answer', () => {
  test('has the status, the headers and the body that its workflow says', async () => {
    await using mirror = await openMirror()
    const answer = await mirror.answer({
      status: 201,
      headers: { location: '/orders/7', 'content-type': 'application/vnd.order+json' },
      body_path: 'data.order',
    })
    expect([answer.status, answer.text]).toEqual([201, '{"id":7,"lines":[1,2]}'])
    expect(answer.headers.get('location')).toBe('/orders/7')
    expect(answer.headers.get('content-type')).toBe('application/vnd.order+json')
    expect(answer.headers.get('x-orion-workflow-version')).toBe('1')
    expectHouseHeaders(answer)
  })

  test('without a path is all of data, without what shaped it', async () => {
    await using mirror = await openMirror()
    const answer = await mirror.answer({ status: 202 })
    expect(answer.body).toEqual({ order: { id: 7, lines: [1, 2] }, page: '<p>é</p>' })
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  test('is not changed by a profile, for which only the envelope has a place', async () => {
    const app = await openApp({ config: '[tracing]\ndebug_profile_enabled = true\n' })
    await using _ = app
    const tasks = [
      mapTask('m', { 'data.page': 'x', 'data._orion.response': { body_path: 'page', raw: true } }),
    ]
    await app.client.declare(workflow('w', tasks), channel('w', { config: { response: { mode: 'shaped' } } }))
    expect((await app.client.post('w', {}, { 'x-orion-profile': '1' })).text).toBe('x')
  })

  test('may be any text', async () => {
    await using mirror = await openMirror()
    const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, body_path: 'page', raw: true }
    const answer = await mirror.answer(page)
    expect([answer.status, answer.text]).toEqual([200, '<p>é</p>'])
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const plain = await mirror.answer({ body_path: 'page', raw: true })
    expect(plain.headers.get('content-type')).toBe('application/json')
  })

  test.each([204, 205, 304])('%d has neither body nor content type', async status => {
    await using mirror = await openMirror()
    const answer = await mirror.answer({ status, headers: { etag: '"7"', 'content-type': 'text/plain' } })
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([status, '', '"7"'])
    expect(answer.headers.get('content-type')).toBeNull()
  })

  test('to HEAD has everything but the body', async () => {
    const app = await openApp()
    await using _ = app
    const say = { status: 404, headers: { 'content-type': 'text/plain' }, body_path: 'page', raw: true }
    await app.client.declare(
      workflow('w', [mapTask('m', { 'data.page': 'gone', 'data._orion.response': say })]),
      channel('w', { methods: ['GET', 'HEAD'], config: { response: { mode: 'shaped' } } }),
    )
    const get = await app.client.request('GET', '/api/v1/data/w')
    const head = await app.client.request('HEAD', '/api/v1/data/w')
    expect([get.status, get.text]).toEqual([404, 'gone'])
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([404, '', 'text/plain'])
  })

  test('sets several cookies where its channel allows it', async () => {
    await using mirror = await openMirror({ cookies: true })
    const answer = await mirror.answer({
      cookies: [
        { name: 'session', value: 's-1', http_only: true, path: '/' },
        { name: 'theme', value: 'dark', same_site: 'None' },
      ],
    })
    expect(answer.headers.getSetCookie()).toEqual([
      'session=s-1; Path=/; HttpOnly',
      'theme=dark; Secure; SameSite=None',
    ])
    await using strict = await openMirror()
    const without = await strict.answer({ cookies: [{ name: 'session', value: 's-1' }] })
    expect(without.headers.getSetCookie()).toEqual([])
  })

  test('has the headers of its channel instead of the usual ones', async () => {
    await using mirror = await openMirror({ allowed_headers: ['X-Total', 'Set-Cookie'] })
    const answer = await mirror.answer({
      headers: { 'x-total': '5', location: '/', 'set-cookie': ['a=1', 'b=2'] },
    })
    expect([answer.headers.get('x-total'), answer.headers.get('location')]).toEqual(['5', null])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('is no longer than answers may be, whatever its form', async () => {
    const app = await openApp({ env: { ORION_QUEUE__MAX_RESULT_SIZE_BYTES: '1000' } })
    await using _ = app
    const shaped = channel('mirror', { config: { response: { mode: 'shaped' } } })
    const small = workflow('mirror', [
      parseTask('in'),
      mapTask('m', { 'data._orion.response': { var: 'data.in.say' } }),
    ])
    await app.client.declare(small, shaped)
    await app.client.declare(
      echoWorkflow('plain'),
      channel('plain', { config: { response: { body: 'data' } } }),
    )
    const text = 'x'.repeat(999)
    for (const say of [{}, { body_path: 'in.text' }, { status: 503 }]) {
      expectEnvelope(await app.client.post('mirror', { text, say }), 502, 'RESPONSE_TOO_LARGE')
    }
    expectEnvelope(await app.client.post('plain', { text }), 502, 'RESPONSE_TOO_LARGE')
    const raw = { body_path: 'in.text', raw: true }
    expect((await app.client.post('mirror', { text, say: raw })).text).toBe(text)
    expectEnvelope(
      await app.client.post('mirror', { text: `${text}éé`, say: raw }),
      502,
      'RESPONSE_TOO_LARGE',
    )
    expect((await app.client.post('mirror', { text, say: { status: 204 } })).status).toBe(204)
  })
})

describe('the answer is the envelope', () => {
  test('when the workflow says nothing of it', async () => {
    const definition = workflow('mirror', [mapTask('m', { 'data.a': 1, 'data._orion.other': 2 })])
    await using mirror = await openMirror({}, definition)
    const answer = await mirror.answer({})
    expect(answer.body).toMatchObject({
      status: 'ok',
      data: { a: 1, _orion: { other: 2 } },
      errors: [],
    })
  })

  test('when what it says is no object, which is told', async () => {
    await using mirror = await openMirror()
    const answer = await mirror.answer('"teapot"')
    expect(answer.body).toMatchObject({ status: 'ok', data: { page: '<p>é</p>' } })
    expect(answer.text).not.toContain('_orion')
    expect((await mirror.trace()).at('answer')).toMatchObject({
      status: 200,
      dropped: [{ code: 'TYPE_MISMATCH', path: AT }],
    })
  })

  test('when nothing ran', async () => {
    await using mirror = await openMirror({}, { ...MIRROR, condition: false })
    expect((await mirror.answer({ status: 404 })).body).toMatchObject({ status: 'ok', data: {} })
  })

  test('where the channel does not say shaped, and then data is as it was written', async () => {
    await using app = await openApp()
    await app.client.declare(
      workflow('w', [mapTask('m', { 'data._orion.response.status': 404 })]),
      channel('w'),
    )
    const answer = await app.client.post('w', {})
    expect([answer.status, answer.at('data')]).toEqual([200, { _orion: { response: { status: 404 } } }])
  })
})

describe('response.body: "data"', () => {
  async function openData(response: JsonObject = {}, tasks: Json = [parseTask()]): Promise<App> {
    const app = await openApp()
    const config = { response: { body: 'data', ...response } }
    await app.client.declare(workflow('w', tasks), channel('w', { config }))
    return app
  }

  test('answers with data alone', async () => {
    await using app = await openData()
    const answer = await app.client.post('w', [1, 'é'])
    expect([answer.status, answer.text]).toEqual([200, '{"in":[1,"é"]}'])
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect((await lastTrace(app)).at('message')).toEqual({ in: [1, 'é'] })
  })

  test('is {} when nothing ran', async () => {
    await using app = await openApp()
    await app.client.declare(
      workflow('w', [parseTask()], { condition: false }),
      channel('w', { config: { response: { body: 'data' } } }),
    )
    expect((await app.client.post('w', {})).text).toBe('{}')
  })

  test('tells failed tasks in the trace, since the answer has no place for them', async () => {
    await using app = await openData({}, [
      mapTask('bad', { 'data.x': { throw: 'x' } }, { continue_on_error: true }),
      mapTask('good', { 'data.y': 1 }),
    ])
    expect((await app.client.post('w', {})).text).toBe('{"y":1}')
    expect((await lastTrace(app)).at('answer.errors.0')).toMatchObject({ task_id: 'bad' })
  })

  test('and shaped is data alone where the workflow says nothing', async () => {
    const say = [parseTask('_orion.response')]
    await using app = await openData({ mode: 'shaped' }, say)
    expect((await app.client.post('w', null)).text).toBe('{}')
    expect((await app.client.post('w', { status: 418 })).status).toBe(418)
  })
})

describe('the trace of a shaped answer', () => {
  test('tells how it was answered, names of headers without their values, and what was dropped', async () => {
    await using mirror = await openMirror({ cookies: true })
    await mirror.answer({
      status: 700,
      headers: { location: '/zz-location', 'x-mine': 'zz-mine' },
      cookies: [
        { name: 'a', value: 'zz-cookie' },
        { name: 'b', value: 'zz;' },
      ],
      body_path: 'order',
    })
    const trace = await mirror.trace()
    expect(trace.at('message')).toEqual({ id: 7, lines: [1, 2] })
    expect(trace.at('answer')).toEqual({
      status: 200,
      headers: ['location', 'set-cookie'],
      dropped: [
        { code: 'OUT_OF_RANGE', message: expect.any(String), path: `${AT}.status` },
        { code: 'NOT_ALLOWED', message: expect.any(String), path: `${AT}.headers.x-mine` },
        { code: 'INVALID_FORMAT', message: expect.any(String), path: `${AT}.cookies[1].value` },
      ],
    })
    expect(JSON.stringify(trace.at('answer'))).not.toContain('zz')
  })

  test('holds a text as JSON, and nothing where there was no body', async () => {
    await using mirror = await openMirror()
    await mirror.answer({ body_path: 'page', raw: true, headers: { 'content-type': 'text/html' } })
    const text = await mirror.trace()
    expect(text.at('message')).toBe('<p>é</p>')
    expect(text.at('answer')).toEqual({ status: 200, content_type: 'text/html' })
    await mirror.answer({ status: 204 })
    const none = await mirror.trace()
    expect(Object.keys(Object(none.body))).not.toContain('message')
    expect(none.at('answer')).toEqual({ status: 204 })
  })

  test('has no word of it where the answer is the envelope', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    await app.client.post('echo', {})
    expect(Object.keys(Object((await lastTrace(app)).body))).not.toContain('answer')
  })

  test('of a run that failed has what the workflow had collected', async () => {
    await using app = await openApp()
    await app.client.declare(
      workflow('w', [
        parseTask(),
        mapTask('soft', { 'data.x': { throw: 'x' } }, { continue_on_error: true }),
        mapTask('hard', { 'data.y': { throw: 'y' } }),
      ]),
      channel('w'),
    )
    expectEnvelope(await app.client.post('w', { a: 1 }), 500, 'ENGINE_ERROR')
    const trace = await lastTrace(app)
    expect(trace.body).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('Task error: Task hard failed with status 500: the mapping to "data.y"'),
      message: { status: 'failed', data: { in: { a: 1 } } },
    })
    expect(trace.at('message.errors.0.task_id')).toBe('soft')
  })
})

describe('request.body_mode: "payload"', () => {
  async function openPayload(tasks: Json, config: JsonObject = {}): Promise<App> {
    const app = await openApp()
    await app.client.declare(
      workflow('w', tasks),
      channel('w', { config: { request: { body_mode: 'payload' }, ...config } }),
    )
    return app
  }
  const send = (app: App, body: string, type: string) =>
    app.client.request('POST', '/api/v1/data/w', { body, headers: { 'content-type': type } })

  test('takes JSON of any shape', async () => {
    await using app = await openPayload([parseTask()])
    for (const body of ['{"data":1,"metadata":{"a":1}}', '[1,2]', '"text"', '5', 'null']) {
      const answer = await send(app, body, 'application/json')
      expect([answer.status, JSON.stringify(answer.at('data.in'))]).toEqual([
        200,
        body === '"text"' ? '"text"' : body,
      ])
    }
  })

  test('takes XML for parse_xml, whose business it is whether that is well-formed', async () => {
    await using app = await openPayload([task('parse_xml', { source: 'payload', target: 'order' })])
    const answer = await send(app, '<order id="7"><item>pen</item></order>', 'text/xml; charset=utf-8')
    expect(answer.at('data.order')).toEqual({ '@id': '7', item: { $text: 'pen' } })
    expectEnvelope(await send(app, '<order>', 'application/xml'), 400, 'VALIDATION_ERROR')
  })

  test('takes JSON as text for parse_json', async () => {
    await using app = await openPayload([parseTask()])
    expect((await send(app, '{"a":[1]}', 'text/plain')).at('data.in')).toEqual({ a: [1] })
    expect((await send(app, 'just text', 'text/plain')).at('data.in')).toBe('just text')
  })

  test('takes forms', async () => {
    await using app = await openPayload([parseTask()])
    const answer = await send(app, 'a=1&b=x+y&a=2&__proto__=p', 'application/x-www-form-urlencoded')
    expect(JSON.stringify(answer.at('data.in'))).toBe('{"a":["1","2"],"b":"x y","__proto__":"p"}')
  })

  test('takes no body as {}', async () => {
    await using app = await openPayload([parseTask()])
    const answer = await app.client.request('POST', '/api/v1/data/w')
    expect(answer.at('data.in')).toEqual({})
  })

  test('refuses what it cannot read with 415', async () => {
    await using app = await openPayload([parseTask()])
    for (const type of [
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      '',
      'text/plain; charset=utf-7',
    ]) {
      expectEnvelope(await send(app, 'x', type), 415, 'UNSUPPORTED_MEDIA_TYPE')
    }
  })

  test('shows guards the payload, and no metadata of the caller', async () => {
    const seen = [mapTask('m', { 'data.metadata': { var: 'metadata' } })]
    await using app = await openPayload(seen, { validation_logic: { '==': [{ var: 'data.kind' }, 'order'] } })
    const body = '{"kind":"order","metadata":{"auth":"forged","mine":1}}'
    const answer = await send(app, body, 'application/json')
    expect(Object.keys(Object(answer.at('data.metadata'))).sort()).toEqual(
      ['channel', 'engine_version', 'headers', 'http_method', 'processed_at'].sort(),
    )
    expectEnvelope(await send(app, '{"data":{"kind":"order"}}', 'application/json'), 400, 'BAD_REQUEST')
  })
})

test('request.body_mode: "auto" takes the envelope and everything else as payload', async () => {
  await using app = await openApp()
  const tasks = [parseTask(), mapTask('m', { 'data.tenant': { var: 'metadata.tenant' } })]
  await app.client.declare(workflow('w', tasks), channel('w', { config: { request: { body_mode: 'auto' } } }))
  const data = async (body: string, type = 'application/json') =>
    (await app.client.request('POST', '/api/v1/data/w', { body, headers: { 'content-type': type } })).at(
      'data',
    )
  expect(await data('{"data":{"a":1},"metadata":{"tenant":"t"}}')).toEqual({ in: { a: 1 }, tenant: 't' })
  expect(await data('{"a":1,"metadata":{"tenant":"t"}}')).toEqual({
    in: { a: 1, metadata: { tenant: 't' } },
  })
  expect(await data('[1]')).toEqual({ in: [1] })
  expect(await data('data=1', 'application/x-www-form-urlencoded')).toEqual({ in: { data: '1' } })
})

describe('what the server says cannot be forged', () => {
  const RESERVED = [
    'params',
    'query',
    'cookies',
    'auth',
    'identity',
    'oauth',
    'trigger',
    'vars',
    'progress',
    '_orion_errors',
    '_orion_anything',
  ]

  test.each(['envelope', 'auto', 'payload'])('in the body mode %s', async body_mode => {
    await using app = await openApp()
    await app.client.declare(
      workflow('w', [mapTask('m', { 'data.metadata': { var: 'metadata' } })]),
      channel('w', { config: { request: { body_mode, cookies_to_metadata: ['session'] } } }),
    )
    const metadata = Object.fromEntries(RESERVED.map(key => [key, 'forged']))
    const answer = await app.client.post('w', {})
    const forged = await app.client.request('POST', '/api/v1/data/w', { body: { data: {}, metadata } })
    expect(forged.text).not.toContain('forged')
    expect(Object.keys(Object(forged.at('data.metadata')))).toEqual(
      Object.keys(Object(answer.at('data.metadata'))),
    )
  })
})

describe('metadata._orion_errors', () => {
  const failing = mapTask('bad', { 'data.x': { throw: 'x' } }, { continue_on_error: true })
  const seen = mapTask('see', { 'data.seen': { var: ['metadata._orion_errors', 'absent'] } })
  async function see(tasks: Json, metadata: JsonObject = {}) {
    await using app = await openApp()
    await app.client.declare(workflow('w', tasks), channel('w'))
    const body = { data: {}, metadata }
    return (await app.client.request('POST', '/api/v1/data/w', { body })).at('data.seen')
  }

  test('tells later tasks which ones failed so far', async () => {
    expect(await see([failing, { ...failing, id: 'worse' }, seen])).toEqual([
      { workflow_id: 'w', task_id: 'bad', code: 'TASK_STATUS_ERROR', status: 500 },
      { workflow_id: 'w', task_id: 'worse', code: 'TASK_STATUS_ERROR', status: 500 },
    ])
  })

  test('is absent when none did, whatever the caller says', async () => {
    expect(await see([seen, failing])).toBe('absent')
    const forged = { _orion_errors: [{ task_id: 'forged' }] }
    expect(await see([seen], forged)).toBe('absent')
    expect(JSON.stringify(await see([failing, seen], forged))).not.toContain('forged')
  })

  test('lets a workflow answer for itself', async () => {
    await using app = await openApp()
    const answerIt = mapTask(
      'answer',
      {
        'data._orion.response.status': 422,
        'data._orion.response.body_path': 'failed',
        'data.failed': { var: 'metadata._orion_errors.0.task_id' },
      },
      { condition: { '!!': { var: 'metadata._orion_errors' } } },
    )
    await app.client.declare(
      workflow('w', [failing, answerIt]),
      channel('w', { config: { response: { mode: 'shaped' } } }),
    )
    const answer = await app.client.post('w', {})
    expect([answer.status, answer.text]).toEqual([422, '"bad"'])
  })
})

describe('cookies_to_metadata', () => {
  async function see(config: JsonObject, cookie: string | undefined, seen: Json = { var: 'metadata' }) {
    await using app = await openApp()
    await app.client.declare(workflow('w', [mapTask('m', { 'data.seen': seen })]), channel('w', { config }))
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
    const answer = await app.client.post('w', {}, headers)
    return Object(answer.at('data.seen'))
  }
  const LIST = { request: { cookies_to_metadata: ['session'] } }

  test('brings those on the list, and no others', async () => {
    const seen = await see(LIST, 'session=s-1; other=o-1')
    expect(seen.cookies).toEqual({ session: 's-1' })
    expect(seen.headers.cookie).toBe('******')
  })

  test('has another name', async () => {
    expect((await see({ cookies_to_metadata: ['session'] }, 'session=s-1')).cookies).toEqual({
      session: 's-1',
    })
  })

  test('brings nothing without a list or without such a cookie', async () => {
    expect((await see({}, 'session=s-1')).cookies).toBeUndefined()
    expect((await see(LIST, 'other=1')).cookies).toBeUndefined()
    expect((await see(LIST, undefined)).cookies).toBeUndefined()
  })

  test('is for guards, too', async () => {
    await using app = await openApp()
    const config = { ...LIST, validation_logic: { '==': [{ var: 'metadata.cookies.session' }, 's-1'] } }
    await app.client.declare(echoWorkflow('echo'), channel('echo', { config }))
    expect((await app.client.post('echo', {}, { cookie: 'session=s-1' })).status).toBe(200)
    expect((await app.client.post('echo', {}, { cookie: 'session=s-2' })).status).toBe(400)
  })

  test('puts no cookie into an explanation', async () => {
    await using app = await openApp()
    const config = { ...LIST, explain: true }
    const seen = mapTask('m', { 'data.ok': { '==': [{ var: 'metadata.cookies.session' }, 'zz-1'] } })
    await app.client.declare(workflow('w', [seen]), channel('w', { config }))
    const headers = { cookie: 'session=zz-cookie', 'x-orion-explain': '1' }
    expect((await app.client.post('w', {}, headers)).at('data')).toEqual({ ok: false })
    const trace = await lastTrace(app)
    expect(trace.at('explain')).toBeDefined()
    expect(trace.text).not.toContain('zz-cookie')
  })
})

describe('a config that cannot be honoured is refused when it is saved', () => {
  test.each<[JsonObject, string, string]>([
    [{ response: { allowed_headers: ['etag', 'Content-Length'] } }, 'allowed_headers[1]', 'INVALID_FORMAT'],
    [{ response: { allowed_headers: ['a b'] } }, 'allowed_headers[0]', 'INVALID_FORMAT'],
    [{ response: { mode: 'shape' } }, 'mode', 'INVALID_ENUM'],
    [{ response: { error_bodies: { 200: { body: '{}' } } } }, 'error_bodies.200', 'UNKNOWN_KEY'],
    [{ response: { error_bodies: { 429: { body: '{' } } } }, 'error_bodies.429.body', 'INVALID_FORMAT'],
    [
      { response: { error_bodies: { 429: { body: 'x', content_type: 'a\r\nb: c' } } } },
      'error_bodies.429.content_type',
      'INVALID_FORMAT',
    ],
    [{ response: { error_bodies: { 429: { bodi: '{}' } } } }, 'error_bodies.429.bodi', 'UNKNOWN_KEY'],
  ])('%j', async (config, place, code) => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', 'channels', channel('c', { config }))
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toContainEqual(
      expect.objectContaining({ path: `config.response.${place}`, code }),
    )
  })
})
