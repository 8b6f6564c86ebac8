import { describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { ConnectorError } from '../src/connector/failure.ts'
import { callOver } from '../src/engine/connector-task.ts'
import { defineFunction } from '../src/engine/define-function.ts'
import { Logic } from '../src/expression/logic.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Client } from './harness/client.ts'
import { channel, echoWorkflow, mapTask, task, workflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'

const KEY = 'ab'.repeat(32)
const WITH_KEY = { ORION_SECRETS__KEY: KEY }

function connector(id: string, config: JsonObject): JsonObject {
  return { id, name: id, connector_type: 'cache', config: { backend: 'memory', ...config } }
}

/** A channel that answers with what it was sent, for callers with one of these keys. */
function guarded(id: string, ...keys: string[]): JsonObject {
  return channel(id, { config: { auth: { mode: 'api_key', header: 'x-key', keys } } })
}

async function statusWith(client: Client, key: string): Promise<number> {
  return (await client.post('in', {}, { 'x-key': key })).status
}

async function issues({ client }: App, kind: 'channels' | 'connectors'): Promise<Json | undefined> {
  return (await client.admin('GET', 'engine/status')).at(`load_issues.${kind}`)
}

describe('a reference in the auth of a channel', () => {
  test('stands for its value, never for its text', async () => {
    await using app = await openApp({ env: { TOKEN: 'zz-token' } })
    await app.client.declare(echoWorkflow('in'), guarded('in', 'env://TOKEN'))
    expect(await statusWith(app.client, 'zz-token')).toBe(200)
    expect(await statusWith(app.client, 'env://TOKEN')).toBe(401)
    const shown = await app.client.admin('GET', 'channels/in')
    expect(shown.at('data.config.auth.keys')).toEqual(['env://TOKEN'])
  })

  test('that leads nowhere is taken as a draft, and refused when it is to go live', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('in'))
    expect((await client.admin('POST', 'channels', guarded('in', 'env://TOKEN'))).status).toBe(201)
    const validated = await client.admin('POST', 'channels/validate', guarded('in', 'env://TOKEN'))
    expect(validated.at('valid')).toBe(true)
    expect(validated.at('warnings')).toMatchObject([
      { path: 'config.auth.keys[0]', rule: 'unresolved-reference' },
    ])
    const refused = await client.setStatus('channels', 'in', 'active')
    expect(refused.status).toBe(400)
    expect(refused.at('error.message')).toContain(
      'config.auth.keys[0]: env://TOKEN: the environment variable TOKEN is not set',
    )
  })

  test('is held to the same rules as a value that is written there, and tells nothing of it', async () => {
    await using app = await openApp({ env: { TOKEN: 'zz-short' } })
    const { client } = app
    await client.declare(echoWorkflow('in'))
    const jwt_keys = [{ algorithm: 'HS256', key: 'env://TOKEN' }]
    const auth = { mode: 'jwt', algorithms: ['HS256'], jwt_keys }
    await client.admin('POST', 'channels', channel('in', { config: { auth } }))
    const refused = await client.setStatus('channels', 'in', 'active')
    expect(refused.at('error.message')).toContain(
      'config.auth.jwt_keys[0].key: what env://TOKEN stands for does not fit; expected a secret of at least 32 bytes',
    )
    expect(refused.text).not.toContain('zz-')
  })

  test('that is written wrong is refused with its place', async () => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', 'channels', guarded('in', 'x env://TOKEN'))
    expect(answer.at('error.details')).toMatchObject([{ path: 'config.auth.keys[0]' }])
    const rule = { '==': [{ var: 'claims.key' }, 'env://TOKEN'] }
    const auth = { mode: 'jwt', algorithms: ['HS256'], authorization_logic: rule }
    const inLogic = await app.client.admin('POST', 'channels', channel('in', { config: { auth } }))
    expect(inLogic.text).toContain('a reference cannot stand in an expression')
  })

  test('to a file is read again at each reload', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'token')
    writeFileSync(path, 'zz-one\n')
    await using app = await openApp({ env: { ORION_SECRETS__FILE_DIRS: folder.path } })
    const { client } = app
    await client.declare(echoWorkflow('in'), guarded('in', `file://${path}`))
    expect(await statusWith(client, 'zz-one')).toBe(200)
    writeFileSync(path, 'zz-two\n')
    expect(await statusWith(client, 'zz-one')).toBe(200)
    await client.admin('POST', 'engine/reload')
    expect([await statusWith(client, 'zz-one'), await statusWith(client, 'zz-two')]).toEqual([401, 200])
    writeFileSync(path, '')
    await client.admin('POST', 'engine/reload')
    expect(await statusWith(client, 'zz-two')).toBe(503)
    expect(await issues(app, 'channels')).toMatchObject([
      { channel: 'in', reason: `config.auth.keys[0]: file://${path}: the file is empty` },
    ])
  })
})

describe('a reference in a connector', () => {
  const reading = (connector_: string) =>
    workflow('in', [task('cache_read', { connector: connector_, key: 'k' })])

  test('that leads nowhere keeps the connector from being used', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'connectors', connector('kept', { url: 'env://REDIS_URL' }))
    await client.declare(reading('kept'), channel('in'))
    const answer = await client.post('in', {})
    expect([answer.status, answer.at('error.code')]).toEqual([503, 'UPSTREAM_UNAVAILABLE'])
    const reason = 'config.url: env://REDIS_URL: the environment variable REDIS_URL is not set'
    const stage = 'secret_resolution'
    expect(await issues(app, 'connectors')).toEqual([
      { connector: 'kept', connector_id: 'kept', stage, reason },
    ])
  })

  test('is shown as it is, and so is a placeholder alone', async () => {
    await using app = await openApp({ env: { TOKEN: 'zz-t' } })
    const config = {
      url: `https://\${HOST:-h.example}/`,
      auth: { type: 'basic', username: 'ann', password: 'env://TOKEN' },
      headers: { a: `\${TOKEN}`, b: `zz-literal \${TOKEN}`, c: 'zz-plain' },
    }
    const made = await app.client.admin('POST', 'connectors', {
      id: 'c',
      name: 'c',
      connector_type: 'http',
      config,
    })
    expect(JSON.parse(String(made.at('data.config_json')))).toEqual({
      ...config,
      headers: { a: `\${TOKEN}`, b: '******', c: '******' },
    })
    expect(await issues(app, 'connectors')).toEqual([])
  })

  test('has to give what fits there', async () => {
    await using app = await openApp({ env: { URL: 'zz-no-url', HEADER: 'zz\r\nx' } })
    const config = { url: 'env://URL' }
    await app.client.admin('POST', 'connectors', { id: 'a', name: 'a', connector_type: 'http', config })
    const headers = { url: 'https://h.example', headers: { x: `\${HEADER}` } }
    await app.client.admin('POST', 'connectors', {
      id: 'b',
      name: 'b',
      connector_type: 'http',
      config: headers,
    })
    expect(await issues(app, 'connectors')).toMatchObject([
      {
        stage: 'deserialize',
        reason: expect.stringContaining('config.url: what env://URL stands for does not fit'),
      },
      {
        stage: 'deserialize',
        reason: expect.stringContaining(`config.headers.x: what \${HEADER} stands for`),
      },
    ])
    expect((await app.client.admin('GET', 'engine/status')).text).not.toContain('zz')
  })

  test.each([
    ['Bearer env://TOKEN', 'cannot be a part of one'],
    [`\${TOKEN`, 'not understood'],
    ['secret://a b', 'the name of a secret'],
  ])('written as %s is refused with its place', async (token, message) => {
    await using app = await openApp()
    const config = { url: 'https://h.example', auth: { type: 'bearer', token } }
    const answer = await app.client.admin('POST', 'connectors', { name: 'c', connector_type: 'http', config })
    expect(answer.at('error.details')).toMatchObject([{ path: 'config.auth.token', code: 'INVALID_FORMAT' }])
    expect(answer.text).toContain(message)
  })
})

describe('a stored secret', () => {
  test('is live when the answer is out, and never seen again', async () => {
    await using app = await openApp({ env: WITH_KEY })
    const { client } = app
    await client.declare(echoWorkflow('in'))
    await client.admin('POST', 'channels', guarded('in', 'secret://door'))
    const missing = await client.setStatus('channels', 'in', 'active')
    expect(missing.at('error.message')).toContain("secret://door: there is no secret 'door'")

    const put = await client.admin('PUT', 'secrets/door', { value: 'zz-one' })
    expect(put.body).toMatchObject({ data: { name: 'door', version: 1, readable: true } })
    await client.setStatus('channels', 'in', 'active')
    expect(await statusWith(client, 'zz-one')).toBe(200)
    await client.admin('PUT', 'secrets/door', { value: 'zz-two' })
    expect([await statusWith(client, 'zz-one'), await statusWith(client, 'zz-two')]).toEqual([401, 200])

    const list = await client.admin('GET', 'secrets')
    expect(list.at('data')).toMatchObject([{ name: 'door', version: 2, readable: true }])
    const audit = await client.admin('GET', 'audit-logs?limit=1')
    expect(audit.at('data.0')).toMatchObject({
      action: 'update',
      resource_type: 'secret',
      resource_id: 'door',
      details: '{"before":{"version":1},"after":{"version":2}}',
    })
    for (const answer of [put, list, audit]) expect(answer.text).not.toContain('zz-')
  })

  test('that something names is not deleted', async () => {
    await using app = await openApp({ env: WITH_KEY })
    const { client } = app
    for (const name of ['a', 'b', 'c', 'd']) await client.admin('PUT', `secrets/${name}`, { value: 'v' })
    await client.admin('POST', 'connectors', connector('kept', { url: 'secret://a' }))
    await client.declare(echoWorkflow('in'), guarded('in', 'secret://b'))
    await client.declare(workflow('w', [task('cache_read', { connector: 'kept', key: { secret: 'c' } })]))
    for (const [name, user] of [
      ['a', "connector 'kept'"],
      ['b', "channel 'in'"],
      ['c', "workflow 'w'"],
    ]) {
      const kept = await client.admin('DELETE', `secrets/${name}`)
      expect([kept.status, kept.at('error.code')]).toEqual([409, 'CONFLICT'])
      expect(kept.at('error.message')).toContain(`used by ${user}`)
    }
    expect((await client.admin('DELETE', 'secrets/d')).status).toBe(204)
    expect((await client.admin('DELETE', 'secrets/d')).status).toBe(404)
  })

  test('cannot have a name that the configuration has', async () => {
    await using app = await openApp({ env: WITH_KEY, config: '[secrets.values]\ndoor = "v"\n' })
    const refused = await app.client.admin('PUT', 'secrets/door', { value: 'w' })
    expect([refused.status, refused.at('error.code')]).toEqual([409, 'CONFLICT'])
  })

  test('needs a key, and the refusal says how to set one', async () => {
    await using app = await openApp()
    const refused = await app.client.admin('PUT', 'secrets/door', { value: 'zz-v' })
    expect(refused.status).toBe(400)
    expect(refused.at('error.message')).toContain(
      'set ORION_SECRETS__KEY (or secrets.key) to 32 random bytes',
    )
  })

  test.each([
    ['a b', { value: 'zz-v' }],
    ['a', { value: '' }],
    ['a', { value: 7 }],
    ['a', { value: 'zz-v', valu: 1 }],
    ['a', ['zz-v']],
  ])('under %p, %j is refused without being quoted', async (name, body) => {
    await using app = await openApp({ env: WITH_KEY })
    const refused = await app.client.admin('PUT', `secrets/${encodeURIComponent(name)}`, body)
    expect([refused.status, refused.at('error.code')]).toEqual([400, 'VALIDATION_ERROR'])
    expect(refused.text).not.toContain('zz-')
  })
})

describe('{"secret": NAME} in the input of a function that calls out', () => {
  const CONFIG = '[secrets.values]\ncrm = "zz-config"\n'
  const keyed = { cat: ['k:', { secret: 'crm' }] }
  const writing = workflow('in', [task('cache_write', { connector: 'kept', key: keyed, value: 1 })])

  async function opened(env: Readonly<Record<string, string>> = WITH_KEY, config = CONFIG): Promise<App> {
    const app = await openApp({ env, config })
    await app.client.admin('POST', 'connectors', connector('kept', {}))
    return app
  }

  test('is the value, of the configuration or stored, and the newest', async () => {
    await using app = await opened()
    const { client } = app
    await client.admin('PUT', 'secrets/other', { value: 'zz-1' })
    const key = { cat: ['k:', { secret: 'other' }] }
    await client.declare(writing, channel('in'))
    await client.declare(
      workflow('w', [task('cache_write', { connector: 'kept', key, value: 2 })]),
      channel('w'),
    )
    const keys = ['k:zz-config', 'k:zz-1', 'k:zz-2']
    const read = task('cache_read', { connector: 'kept', keys, output: 'data.found' })
    await client.declare(workflow('r', [read]), channel('r'))
    await client.post('in', {})
    await client.post('w', {})
    expect((await client.post('r', {})).at('data.found')).toEqual([1, 2, null])
    await client.admin('PUT', 'secrets/other', { value: 'zz-2' })
    await client.post('w', {})
    expect((await client.post('r', {})).at('data.found')).toEqual([1, 2, 2])
  })

  test('that nobody has stored keeps its workflow from going live', async () => {
    await using app = await opened(WITH_KEY, '')
    const { client } = app
    expect((await client.admin('POST', 'workflows', writing)).status).toBe(201)
    const refused = await client.setStatus('workflows', 'in', 'active')
    expect(refused.status).toBe(400)
    expect(refused.at('error.message')).toContain("there is no secret 'crm'")
  })

  test('is hidden in explanations, with everything that is made of it', async () => {
    await using app = await opened()
    const { client } = app
    await client.declare(writing, channel('in', { config: { explain: true } }))
    const asked = await client.post('in', {}, { 'x-orion-explain': '1' })
    expect(asked.status).toBe(200)
    const trace = await client.request('GET', `/api/v1/data/traces/${asked.at('id')}`)
    expect(trace.at('explain.steps.0.explain.0')).toMatchObject({
      expression: { cat: ['k:', { secret: '******' }] },
      result: '******',
    })
    const tried = await client.admin('POST', 'workflows/in/test', { data: {}, explain: true })
    expect(tried.at('matched')).toBe(true)
    for (const answer of [trace, tried]) expect(answer.text).not.toContain('zz-')
  })

  test('is hidden in what the task fails with, also where it is cut', async () => {
    const long = `zz-${'x'.repeat(200)}`
    await using app = await opened({ ...WITH_KEY, LONG: long }, '[secrets.values]\nlong = "env://LONG"\n')
    const { client } = app
    const one = task('cache_read', { connector: 'kept', key: [{ secret: 'long' }] })
    const thrown = task('cache_read', { connector: 'kept', key: { throw: { secret: 'long' } } })
    await client.declare(workflow('one', [one]), channel('one'))
    await client.declare(workflow('thrown', [thrown]), channel('thrown'))
    for (const id of ['one', 'thrown']) {
      const failed = await client.post(id, {})
      expect(failed.status).toBeGreaterThanOrEqual(400)
      const trace = await client.request('GET', `/api/v1/data/traces?channel=${id}`)
      const told = String(trace.at('data.0.error_message'))
      expect(told).toContain('******')
      for (const text of [failed.text, trace.text, told]) expect(text).not.toContain('zz-x')
    }
    expect((await app.log()).join('\n')).not.toContain('zz-x')
  })
})

test('what a breaker remembers holds no secret of the task that failed', async () => {
  const failing = defineFunction({
    name: 'fail_with',
    category: 'connector',
    summary: 'Fails with what it was given.',
    input: Type.Object({ connector: Type.String(), text: Logic('The text') }),
    example: { input: { connector: 'c', text: 't' }, result: {} },
    retrySafety: 'read',
    compile({ connector: name, text }, { logic }) {
      const expression = logic(text)
      return run => {
        const note = `refused ${String(expression.evaluate(run.message.context, run.budget))}`
        const asked = { operation: 'read', isRepeatable: false }
        return callOver(run, name, 'cache', asked, () =>
          Promise.reject(new ConnectorError('UPSTREAM_UNAVAILABLE', `Not there: ${note}`, { note })),
        )
      }
    },
  })
  const breaker = 'ORION_ENGINE__CIRCUIT_BREAKER__'
  await using app = await openApp({
    functions: [failing],
    config: '[secrets.values]\ncrm = "zz-config"\n',
    env: { [`${breaker}ENABLED`]: 'true', [`${breaker}FAILURE_THRESHOLD`]: '1' },
  })
  const { client } = app
  await client.admin('POST', 'connectors', connector('kept', {}))
  const input = { connector: 'kept', text: { secret: 'crm' } }
  await client.declare(workflow('w', [task('fail_with', input)]), channel('w'))
  const failed = await client.post('w', {})
  expect(failed.at('error.message')).toContain('Not there: refused ******')
  const breakers = await client.admin('GET', 'connectors/circuit-breakers')
  expect(breakers.at('reasons')).toEqual({ 'w:kept': 'refused ******' })
  expect((await app.log()).join('\n')).not.toContain('zz-')
})

describe('{"secret": NAME} elsewhere', () => {
  const secret = { secret: 'crm' }
  const log = (rest: JsonObject) => workflow('w', [task('log', { message: 'm' }, rest)])
  const WORKFLOWS: readonly (readonly [string, JsonObject])[] = [
    [
      'condition.and[1].secret',
      workflow('w', [task('log', { message: 'm' })], { condition: { and: [true, secret] } }),
    ],
    ['tasks[0].condition.secret', log({ condition: secret })],
    ['tasks[0].function.input.message.secret', workflow('w', [task('log', { message: secret })])],
    [
      'tasks[0].function.input.mappings[0].logic.a.b[0].secret',
      workflow('w', [mapTask('m', { 'data.x': { a: { b: [secret] }, c: 1 } })]),
    ],
    [
      'tasks[0].function.input.rules[0].logic.secret',
      workflow('w', [task('validation', { rules: [{ logic: secret, message: 'm' }] })]),
    ],
    [
      'tasks[0].tasks[0].condition.secret',
      workflow('w', [{ id: 'g', tasks: [task('log', { message: 'm' }, { condition: secret })] }]),
    ],
    ['loop.over.secret', workflow('w', [task('log', { message: 'm' })], { loop: { max: 1, over: secret } })],
  ]

  test.each(WORKFLOWS)('at %s of a workflow is refused', async (path, definition) => {
    await using app = await openApp()
    const refused = await app.client.admin('POST', 'workflows', definition)
    expect([refused.status, refused.at('error.code')]).toEqual([400, 'SECRET_NOT_ALLOWED_HERE'])
    expect(refused.at('error.details')).toMatchObject([{ path, code: 'SECRET_NOT_ALLOWED_HERE' }])
    const validated = await app.client.admin('POST', 'workflows/validate', definition)
    expect(validated.at('valid')).toBe(false)
    expect(validated.at('errors')).toMatchObject([{ path, code: 'SECRET_NOT_ALLOWED_HERE' }])
  })

  test.each([
    ['config.validation_logic.secret', { validation_logic: secret }],
    [
      'config.rate_limit.key_logic.cat[0].secret',
      { rate_limit: { requests_per_second: 1, burst: 1, key_logic: { cat: [secret] } } },
    ],
    ['config.rollout_key.secret', { rollout_key: secret }],
  ])('at %s of a channel is refused', async (path, config) => {
    await using app = await openApp()
    const refused = await app.client.admin('POST', 'channels', channel('c', { config }))
    expect([refused.status, refused.at('error.code')]).toEqual([400, 'SECRET_NOT_ALLOWED_HERE'])
    expect(refused.at('error.details.0.path')).toBe(path)
    const validated = await app.client.admin('POST', 'channels/validate', channel('c', { config }))
    expect(validated.at('errors.0')).toMatchObject({ path, code: 'SECRET_NOT_ALLOWED_HERE' })
  })

  test('is data when it has another key beside it', async () => {
    await using app = await openApp()
    await app.client.declare(
      workflow('w', [mapTask('m', { 'data.x': { secret: 'crm', id: 1 } })]),
      channel('w'),
    )
    expect((await app.client.post('w', {})).at('data.x')).toEqual({ secret: 'crm', id: 1 })
  })
})

describe('metadata.vars', () => {
  const config = '[vars]\nregion = "eu"\nlimit = 3\nlist = [{ a = 1 }]\n'
  const echoVars = mapTask('m', { 'data.vars': { var: 'metadata.vars' } })

  test('are what the configuration says, whatever a caller says', async () => {
    await using app = await openApp({ config, env: { ORION_VARS__REGION: 'us' } })
    const { client } = app
    await client.declare(workflow('w', [echoVars]), channel('w'))
    const answer = await client.request('POST', '/api/v1/data/w', {
      body: { data: {}, metadata: { vars: { region: 'forged' } } },
    })
    expect(answer.at('data.vars')).toEqual({ region: 'us', limit: 3, list: [{ a: 1 }] })
    const tried = await client.admin('POST', 'workflows/w/test', { data: {} })
    expect(tried.at('output.vars.region')).toBe('us')
  })

  test('stay what they are whatever a workflow writes', async () => {
    await using app = await openApp({ config })
    const write = mapTask('a', { 'metadata.vars.region': 'changed', 'metadata.vars.list.0.a': 2 })
    await app.client.declare(workflow('w', [write, echoVars]), channel('w'))
    await app.client.declare(workflow('r', [echoVars]), channel('r'))
    expect((await app.client.post('w', {})).at('data.vars.region')).toBe('changed')
    expect((await app.client.post('r', {})).at('data.vars')).toEqual({
      region: 'eu',
      limit: 3,
      list: [{ a: 1 }],
    })
  })
})
