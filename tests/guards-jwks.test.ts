import { afterEach, expect, test } from 'bun:test'
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

let stack = new AsyncDisposableStack()

afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

function signer(kid: string) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { kid, privateKey, jwk: { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid } }
}

function bearer({ kid, privateKey }: { kid: string; privateKey: KeyObject }): Promise<string> {
  return new SignJWT({ sub: 'ann' })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setExpirationTime('5m')
    .sign(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()))
}

async function stage(keys: () => Response, auth: JsonObject = { jwks_allow_private: true }) {
  let fetched = 0
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch() {
      fetched++
      return keys()
    },
  })
  stack.defer(() => server.stop(true))
  const app: App = stack.use(await openApp())
  const jwks_url = `http://127.0.0.1:${server.port}/jwks`
  const declared = { mode: 'jwt', algorithms: ['ES256'], jwks_url, ...auth }
  await app.client.declare(echoWorkflow('orders'), channel('orders', { config: { auth: declared } }))
  const ask = async (token: string) =>
    (await app.client.post('orders', {}, { authorization: `Bearer ${token}` })).status
  return { app, ask, fetched: () => fetched }
}

test('tokens are checked with the keys behind jwks_url, fetched once for all of them', async () => {
  const known = signer('a')
  const { ask, fetched } = await stage(() => Response.json({ keys: [known.jwk] }))
  const token = await bearer(known)
  expect(await Promise.all([ask(token), ask(token), ask(token)])).toEqual([200, 200, 200])
  expect(await ask(await bearer({ ...signer('a'), kid: 'a' }))).toBe(401)
  expect(fetched()).toBe(1)
})

test('a reload does not fetch them again', async () => {
  const known = signer('a')
  const { app, ask, fetched } = await stage(() => Response.json({ keys: [known.jwk] }))
  await ask(await bearer(known))
  await app.client.admin('POST', 'engine/reload')
  expect(await ask(await bearer(known))).toBe(200)
  expect(fetched()).toBe(1)
})

test('a thousand tokens of keys that nobody knows are refused, and fetch nothing', async () => {
  const known = signer('a')
  const stranger = signer('b')
  const { ask, fetched } = await stage(() => Response.json({ keys: [known.jwk] }))
  await ask(await bearer(known))
  const tokens = await Promise.all(
    Array.from({ length: 100 }, (_, at) => bearer({ ...stranger, kid: `k${at}` })),
  )
  const statuses = await Promise.all(Array.from({ length: 1000 }, (_, at) => ask(tokens[at % 100] ?? '')))
  expect(new Set(statuses)).toEqual(new Set([401]))
  expect(fetched()).toBe(1)
})

test('without keys nobody is let in, and nobody is told that he is wrong', async () => {
  const { ask } = await stage(() => new Response('down', { status: 500 }))
  expect(await ask(await bearer(signer('a')))).toBe(503)
  expect(await ask('nonsense')).toBe(401)
})

test('they are not fetched from a private address unless the channel allows it', async () => {
  const app = stack.use(await openApp())
  const auth = { mode: 'jwt', algorithms: ['ES256'], jwks_url: 'https://127.0.0.1:1/jwks' }
  await app.client.declare(echoWorkflow('orders'), channel('orders', { config: { auth } }))
  const token = await bearer(signer('a'))
  const answer = await app.client.post('orders', {}, { authorization: `Bearer ${token}` })
  expect(answer.status).toBe(503)
})
