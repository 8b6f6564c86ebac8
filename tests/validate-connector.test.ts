import { describe, expect, test } from 'bun:test'
import type { Json } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'

const VALIDATE = 'connectors/validate'
const api = { id: 'api', name: 'api', connector_type: 'http', config: { url: 'https://api.example/v1' } }

async function validated(body: Json) {
  await using app = await openApp()
  const answer = await app.client.admin('POST', VALIDATE, body)
  const created = await app.client.admin('POST', 'connectors', body)
  expect([answer.status, answer.at('valid')]).toEqual([200, created.status === 201])
  return answer
}

test.each([
  ['one of each type', api],
  ['an inner type', { ...api, config: { ...api.config, type: 'http' } }],
  ['secrets', { ...api, config: { ...api.config, auth: { type: 'bearer', token: 'a-long-random-text' } } }],
])('a sound connector is valid, without a word: %s', async (_, body) => {
  expect((await validated(body)).body).toEqual({ valid: true, errors: [], warnings: [] })
})

test.each([
  ['a type that does not exist', { ...api, connector_type: 'ftp' }, 'INVALID_ENUM', 'connector_type'],
  ['no name', { ...api, name: undefined }, 'REQUIRED', 'name'],
  ['no URL', { ...api, config: {} }, 'REQUIRED', 'config.url'],
  [
    'a scheme that is not http',
    { ...api, config: { url: 'ftp://x.example' } },
    'INVALID_FORMAT',
    'config.url',
  ],
  ['a config that is no object', { ...api, config: [] }, 'TYPE_MISMATCH', 'config'],
  [
    'an empty list',
    { ...api, config: { ...api.config, allow_hosts: [] } },
    'OUT_OF_RANGE',
    'config.allow_hosts',
  ],
  [
    'a mask with nothing behind it',
    { ...api, config: { ...api.config, auth: { type: 'bearer', token: '******' } } },
    'INVALID_FORMAT',
    'config.auth.token',
  ],
  ['no object', [], 'TYPE_MISMATCH', ''],
])('is told as a creation would: %s', async (_, body, code, path) => {
  const answer = await validated(JSON.parse(JSON.stringify(body)))
  expect(answer.at('errors.0')).toMatchObject({ code, path, field: path === '' ? '(root)' : path })
})

test('a mask is told once', async () => {
  const answer = await validated({ ...api, config: { url: '******' } })
  expect(answer.at('errors')).toMatchObject([{ code: 'INVALID_FORMAT', path: 'config.url' }])
})

test('a key that means nothing is warned of', async () => {
  const answer = await validated({ ...api, colour: 'red', config: { ...api.config, method: 'GET' } })
  const warnings = answer.at('warnings')
  expect(Array.isArray(warnings) && warnings.map(warning => Object(warning).rule).sort()).toEqual([
    'unknown-field',
    'unused-key',
  ])
})

describe('a secret', () => {
  const secret = 'hunter2-hunter2'
  test.each<[string, Json]>([
    [
      'in auth',
      { ...api, config: { ...api.config, auth: { type: 'bearer', token: secret, extra: secret } } },
    ],
    ['of a wrong type', { ...api, config: { ...api.config, auth: { type: 'bearer', token: [secret] } } }],
    ['in a header', { ...api, config: { ...api.config, headers: { 'x-key': `${secret}\n` } } }],
    ['in a URL', { ...api, config: { url: `ftp://me:${secret}@x.example` } }],
    ['in a connection string', { ...api, connector_type: 'db', config: { connection_string: [secret] } }],
    ['under an unknown key', { ...api, config: { ...api.config, api_key: secret } }],
  ])('%s is never echoed', async (_, body) => {
    const { text } = await validated(body)
    expect(text).toContain('"valid":false')
    expect(text).not.toContain(secret)
  })
})

test('nothing is stored, and nothing is audited', async () => {
  await using app = await openApp()
  await app.client.admin('POST', VALIDATE, api)
  expect((await app.client.admin('GET', 'connectors/api')).status).toBe(404)
  expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
})
