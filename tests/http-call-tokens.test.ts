import { afterEach, expect, test } from 'bun:test'
import { systemClock } from '../src/std/clock.ts'
import type { JsonObject } from '../src/std/json.ts'
import { type CallingApp, openCallingApp } from './harness/calling.ts'

let stack = new AsyncDisposableStack()

afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

interface Stage {
  readonly app: CallingApp
  /** What the token server was asked: authorization and form. */
  readonly asked: string[]
  /** Tokens that the far side saw. */
  readonly seen: string[]
  /** The far side takes no token that was given before. */
  revoke(): void
  pass(ms: number): void
}

/** The token server gives `token-1`, `token-2` and so on, for a minute each. */
async function stage(
  token: (answer: JsonObject) => Response = answer => Response.json(answer),
): Promise<Stage> {
  const asked: string[] = []
  const seen: string[] = []
  let valid = 0
  let skippedMs = 0
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      if (new URL(request.url).pathname === '/token') {
        asked.push(`${request.headers.get('authorization')} ${await request.text()}`)
        return token({ access_token: `token-${asked.length}`, token_type: 'Bearer', expires_in: 60 })
      }
      const presented = request.headers.get('authorization') ?? ''
      seen.push(presented)
      return Number(presented.split('-')[1]) > valid ? Response.json({}) : new Response('no', { status: 401 })
    },
  })
  stack.defer(() => server.stop(true))
  const url = `http://127.0.0.1:${server.port}`
  const auth = {
    type: 'oauth2_client_credentials',
    token_url: `${url}/token`,
    client_id: 'orion',
    client_secret: 's:ecret',
    scope: 'read write',
    audience: 'far',
  }
  const clock = { now: () => systemClock.now(), monotonic: () => systemClock.monotonic() + skippedMs }
  const app = stack.use(await openCallingApp({ url, auth }, { clock }))
  return {
    app,
    asked,
    seen,
    revoke: () => {
      valid = asked.length
    },
    pass: ms => {
      skippedMs += ms
    },
  }
}

test('a token is fetched once for all calls, as RFC 6749 has it', async () => {
  const { app, asked, seen } = await stage()
  expect((await app.call({})).status).toBe(200)
  const again = await Promise.all(Array.from({ length: 8 }, () => app.client.post('call-1', {})))
  expect(again.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(asked).toEqual([
    `Basic ${btoa('orion:s%3Aecret')} grant_type=client_credentials&scope=read+write&audience=far`,
  ])
  expect(new Set(seen)).toEqual(new Set(['Bearer token-1']))
})

test('calls whose token is not taken any more fetch one between them', async () => {
  const { app, asked, revoke } = await stage()
  await app.call({})
  revoke()
  const again = await Promise.all(Array.from({ length: 8 }, () => app.client.post('call-1', {})))
  expect(again.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(asked).toHaveLength(2)
})

test('no token is fetched for a task that brings its own authorization', async () => {
  const { app, asked, seen } = await stage()
  await app.call({ headers: { authorization: 'Bearer token-9' } })
  expect(asked).toEqual([])
  expect(seen).toEqual(['Bearer token-9'])
})

test('a token is fetched again before it runs out', async () => {
  const { app, asked, pass } = await stage()
  await app.call({})
  pass(29_000)
  await app.client.post('call-1', {})
  expect(asked).toHaveLength(1)
  pass(2000)
  await app.client.post('call-1', {})
  expect(asked).toHaveLength(2)
})

test('a token that is not taken any more is replaced once, without the workflow noticing', async () => {
  const { app, asked, seen, revoke } = await stage()
  await app.call({ method: 'POST', body: {} })
  revoke()
  expect((await app.client.post('call-1', {})).status).toBe(200)
  expect(asked).toHaveLength(2)
  expect(seen).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
})

test('a token server that lets nobody in makes the far side unavailable, and its secret is nowhere', async () => {
  const { app, seen } = await stage(() => Response.json({ error: 'invalid_client' }, { status: 401 }))
  const answer = await app.call({})
  expect(answer.status).toBe(503)
  expect(answer.at('error.code')).toBe('UPSTREAM_UNAVAILABLE')
  expect(seen).toEqual([])
  const text = `${await app.traced()} ${answer.text} ${(await app.log()).join(' ')}`
  expect(text).toContain('/token: it answered 401')
  expect(text).not.toMatch(/s:ecret|s%3Aecret|czpl/)
})
