import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { type Signer, signed, signers } from '../../src/auth/channel/test-tokens.ts'
import type { JsonObject } from '../../src/std/json.ts'
import { type RunningServer, startServer } from '../harness/binary.ts'
import { channel, mapTask, workflow } from '../harness/samples.ts'

/** The executable forbids code generation: what checks callers has to work without. */

const SIGNERS = signers()
const inAMinute = () => ({ sub: 'ann', exp: Math.floor(Date.now() / 1000) + 60 })

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

async function declare(id: string, auth: JsonObject): Promise<void> {
  await server.client.declare(
    workflow(id, [mapTask('m', { 'data.auth': { var: 'metadata.auth' } })]),
    channel(id, { config: { auth } }),
  )
}

function jwt({ algorithm, key }: Signer): JsonObject {
  return { mode: 'jwt', algorithms: [algorithm], jwt_keys: [{ algorithm, key }] }
}

describe('tokens', () => {
  test.each(SIGNERS.map(signer => [signer.algorithm, signer] as const))(
    'of %s open',
    async (name, signer) => {
      await declare(name, jwt(signer))
      const claims = inAMinute()
      const token = await signed(signer, claims)
      const ask = (authorization: string) => server.client.post(name, {}, { authorization })
      expect((await ask(`Bearer ${token}`)).at('data.auth')).toEqual({ mode: 'jwt', claims })
      const other = await ask(`Bearer ${await signed(signer, { ...claims, exp: 1 })}`)
      expect([other.status, other.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer error="invalid_token", error_description="token expired"',
      ])
      expect((await ask(`Bearer ${token.slice(0, -2)}`)).status).toBe(401)
    },
  )
})

test('keys and signatures open', async () => {
  await declare('key', { mode: 'api_key', keys: ['zz-key'], header: 'X-Key' })
  expect((await server.client.post('key', {}, { 'x-key': 'zz-key' })).status).toBe(200)
  expect((await server.client.post('key', {}, { 'x-key': 'zz-kez' })).status).toBe(401)

  await declare('hook', { mode: 'hmac', secret: 'zz-hook', scheme: 'github' })
  const signature = createHmac('sha256', 'zz-hook').update('{"data":{}}').digest('hex')
  const headers = { 'x-hub-signature-256': `sha256=${signature}` }
  expect((await server.client.post('hook', {}, headers)).status).toBe(200)
  expect((await server.client.post('hook', { a: 1 }, headers)).status).toBe(401)
  expect(await server.log()).not.toContain('zz-')
})
