import { afterEach, describe, expect, test } from 'bun:test'
import type { Socket } from 'node:net'
import { type FarSide, openFarSide } from '../src/connector/egress/test-far-side.ts'
import type { JsonObject } from '../src/std/json.ts'
import { type CallingApp, openCallingApp } from './harness/calling.ts'
import { channel, mapTask, task, workflow } from './harness/samples.ts'

afterEach(async () => {
  await current?.disposeAsync()
  current = undefined
})

let current: AsyncDisposableStack | undefined

interface Stage {
  readonly app: CallingApp
  readonly far: FarSide
}

const ONE_RETRY = { retry: { max_retries: 2, retry_delay_ms: 1 } }

async function stage(
  answer: (socket: Socket, turn: number) => void,
  config: JsonObject = {},
  env: Record<string, string> = {},
): Promise<Stage> {
  current = new AsyncDisposableStack()
  const far = current.use(await openFarSide(answer))
  const url = `http://user:pass-word@127.0.0.1:${far.port}/secret?api_key=query-secret`
  const app = current.use(await openCallingApp({ url, ...config }, { env }))
  return { app, far }
}

function status(code: number, body = '', headers = ''): string {
  return `HTTP/1.1 ${code} X\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`
}

const OK = status(200, '{}', 'content-type: application/json\r\n')

describe('what the far side answers', () => {
  test('is told with its status, to the caller without its text, to the trace without credentials', async () => {
    const { app, far } = await stage(socket =>
      socket.write(status(404, 'nobody pass-word dXNlcjpwYXNzLXdvcmQ= query-secret')),
    )
    const answer = await app.call({ path: '/x' })
    expect(answer.status).toBe(502)
    expect(answer.at('error')).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: "The system behind connector 'far' answered with status 404",
      details: [{ code: 'UPSTREAM_STATUS', got: 404 }],
    })
    const text = await app.traced()
    expect(text).toContain(`GET http://127.0.0.1:${far.port}/secret/x: 404: nobody`)
    expect(text).not.toMatch(/dXNlcjp|query-secret|pass-word/)
  })

  test('is seen by the workflow that goes on', async () => {
    const { app } = await stage(socket => socket.write(status(409)))
    const { client } = app
    const call = task('http_call', { connector: 'far' }, { continue_on_error: true })
    await client.declare(workflow('on', [call, mapTask('next', { 'data.went': 'on' })]), channel('on'))
    const answer = await client.post('on', {})
    expect(answer.at('errors.0.code')).toBe('UPSTREAM_ERROR')
    expect(answer.at('data.went')).toBe('on')
  })
})

describe('calls are tried again', () => {
  test('when the status may pass and the method may be repeated', async () => {
    for (const { method, code, tries } of [
      { method: 'GET', code: 503, tries: 3 },
      { method: 'PUT', code: 500, tries: 3 },
      { method: 'DELETE', code: 429, tries: 3 },
      { method: 'GET', code: 408, tries: 3 },
      { method: 'GET', code: 404, tries: 1 },
      { method: 'POST', code: 503, tries: 1 },
      { method: 'PATCH', code: 500, tries: 1 },
    ]) {
      const { app, far } = await stage(socket => socket.write(status(code)), ONE_RETRY)
      expect((await app.call({ method })).status).toBe(502)
      expect([method, code, far.heard.length]).toEqual([method, code, tries])
      await current?.disposeAsync()
    }
  })

  test('as often as the task says, and POST where it says so', async () => {
    const { app, far } = await stage((socket, turn) => socket.write(turn < 5 ? status(503) : OK), ONE_RETRY)
    const answer = await app.call({ method: 'POST', retry_non_idempotent: true, max_retries: 4 })
    expect(answer.status).toBe(200)
    expect(far.heard).toHaveLength(5)
  })

  test('not before retry-after, and not at all when that is beyond the run', async () => {
    const later = (socket: Socket) => socket.write(status(429, '', 'retry-after: 3600\r\n'))
    const { app, far } = await stage(later, ONE_RETRY)
    const answer = await app.call({})
    expect(answer.status).toBe(502)
    expect(answer.headers.get('retry-after')).toBe('3600')
    expect(far.heard).toHaveLength(1)
  })

  test('when nobody was there, even a POST', async () => {
    const { app, far } = await stage(socket => socket.write(OK), ONE_RETRY)
    far[Symbol.dispose]()
    const answer = await app.call({ method: 'POST', body: {} })
    expect(answer.status).toBe(503)
    expect(answer.at('error.code')).toBe('UPSTREAM_UNAVAILABLE')
    expect(answer.headers.get('retry-after')).not.toBeNull()
    expect(answer.text).not.toContain(String(far.port))
    expect(await app.traced()).toContain(`127.0.0.1:${far.port}: the connection was refused`)
  })
})

describe('a far side that', () => {
  const cases: Record<
    string,
    { answer: (socket: Socket) => void; status: number; code: string; config?: JsonObject }
  > = {
    hangs: { answer: () => undefined, status: 504, code: 'TIMEOUT_ERROR' },
    drips: {
      answer: socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx'),
      status: 504,
      code: 'TIMEOUT_ERROR',
    },
    resets: { answer: socket => socket.resetAndDestroy(), status: 503, code: 'UPSTREAM_UNAVAILABLE' },
    'resets in the middle': {
      answer: socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx'),
      status: 503,
      code: 'UPSTREAM_UNAVAILABLE',
    },
    'talks garbage': {
      answer: socket => socket.end('\u0000\u0001garbage'),
      status: 502,
      code: 'UPSTREAM_ERROR',
    },
    'sends too much': {
      answer: socket => socket.write(status(200, 'x'.repeat(2000))),
      config: { max_response_size: 1000 },
      status: 502,
      code: 'UPSTREAM_ERROR',
    },
    'redirects without end': {
      answer: socket => socket.write(status(302, '', 'location: /again\r\n')),
      status: 502,
      code: 'UPSTREAM_ERROR',
    },
    'redirects to the metadata service': {
      answer: socket => socket.write(status(302, '', 'location: http://169.254.169.254/latest\r\n')),
      status: 502,
      code: 'UPSTREAM_ERROR',
    },
  }
  test.each(Object.entries(cases))(
    '%s is told as what it is',
    async (_, { answer, status: expected, code, config }) => {
      const { app, far } = await stage(answer, config)
      const got = await app.call({ timeout_ms: 100 })
      expect(got.status).toBe(expected)
      expect(got.at('error.code')).toBe(code)
      expect(got.text).not.toMatch(new RegExp(`127\\.0\\.0\\.1|169\\.254|${far.port}`))
    },
  )

  test('hangs until the run is over is left at its deadline', async () => {
    const { app } = await stage(() => undefined, {}, { ORION_ENGINE__DEFAULT_TIMEOUT_MS: '150' })
    const answer = await app.call({})
    expect(answer.status).toBe(504)
  })
})

test('methods are the operations that a connector may allow', async () => {
  const { app, far } = await stage(socket => socket.write(OK), { operations: ['GET'] })
  expect((await app.call({})).status).toBe(200)
  const answer = await app.call({ method: 'POST' })
  expect(answer.status).toBe(400)
  expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
  expect(far.heard).toHaveLength(1)
})

test('a breaker opens for what is unwell, and not for 4xx and 429', async () => {
  const breaker = {
    ORION_ENGINE__CIRCUIT_BREAKER__ENABLED: 'true',
    ORION_ENGINE__CIRCUIT_BREAKER__FAILURE_THRESHOLD: '2',
  }
  let code = 404
  const { app } = await stage(socket => socket.write(status(code)), {}, breaker)
  const first = await app.call({})
  expect(first.status).toBe(502)
  const again = () => app.client.post('call-1', {})
  for (const harmless of [404, 429, 401]) {
    code = harmless
    for (let tries = 0; tries < 3; tries++) expect((await again()).at('error.code')).toBe('UPSTREAM_ERROR')
  }
  code = 500
  await again()
  await again()
  const open = await again()
  expect(open.status).toBe(503)
  expect(open.at('error.code')).toBe('CIRCUIT_OPEN')
})
