import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { problemsOf } from './harness/envelope.ts'
import { longTier } from './harness/needs.ts'
import { exported, importing, type Kinds, written } from './harness/transfers.ts'

const CATALOGS = longTier ? 2_000 : 200

interface Catalog {
  readonly workflows: readonly JsonObject[]
  readonly channels: readonly JsonObject[]
  readonly connectors: readonly JsonObject[]
}

const KINDS = ['connectors', 'workflows', 'channels'] as const satisfies readonly Kinds[]

const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdexyz019') })
const text = fc.oneof(
  word,
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constant('"\\\n<é>'),
)
const label = text.filter(value => value.trim() !== '' && !value.includes('\0') && value.isWellFormed())
const number = fc.oneof(fc.integer(), fc.constantFrom(0.1, -1e-7, 1e21, 2 ** 53))
const leaf: fc.Arbitrary<Json> = fc.oneof(fc.boolean(), fc.constant(null), number, label)
const value: fc.Arbitrary<Json> = fc.letrec<{ any: Json }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.record({ '==': fc.tuple(tie('any'), fc.constant({ var: 'data.in' })) }),
  ),
})).any

const tags = fc.uniqueArray(label, { maxLength: 3 })
const maybe = <Value extends Json>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof(
    fc.constant({ given: false } as const),
    fc.record({ given: fc.constant(true as const), value: arbitrary }),
  )

/** An object with some of these fields. */
function some(fields: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> {
  const parts = Object.entries(fields).map(([field, arbitrary]) =>
    maybe(arbitrary).map(part => (part.given ? [[field, part.value]] : [])),
  )
  return fc.tuple(...parts).map(found => Object.fromEntries(found.flat()))
}

const step = fc.oneof(
  fc.record({ path: word, logic: value }).map(({ path, logic }) => ({
    name: 'map',
    input: { mappings: [{ path: `data.${path}`, logic }] },
  })),
  label.map(message => ({ name: 'log', input: { message, level: 'debug' } })),
  word.map(target => ({ name: 'parse_json', input: { source: 'payload', target } })),
)
const task = fc.record({ step, rest: some({ condition: value, continue_on_error: fc.boolean() }) })

const workflow = fc
  .record({
    name: label,
    steps: fc.array(task, { minLength: 1, maxLength: 4 }),
    grouped: fc.boolean(),
    rest: some({
      description: label,
      priority: fc.nat(1000),
      condition: value,
      tags,
      continue_on_error: fc.boolean(),
      loop: fc.record({ max: fc.integer({ min: 1, max: 100 }), counter: fc.constant('i') }),
    }),
  })
  .map(({ name, steps, grouped, rest }): JsonObject => {
    const tasks = steps.map(
      ({ step: called, rest: more }, at): JsonObject => ({
        id: `t${at}`,
        name: 'T',
        ...more,
        function: called,
      }),
    )
    return { name, tasks: grouped ? [{ id: 'g', tasks }] : tasks, ...rest }
  })

const channelConfig = some({
  timeout_ms: fc.integer({ min: 1, max: 3_600_000 }),
  rate_limit: fc.record({ requests_per_second: fc.integer({ min: 1, max: 100 }) }),
  validation_logic: value,
  request_schema: fc.record({ type: fc.constantFrom('object', 'string'), title: label }),
  backpressure: fc.record({ max_concurrent: fc.integer({ min: 1, max: 100 }) }),
  tracing: fc.record({ mode: fc.constantFrom('sync', 'off') }),
})
const channel = fc
  .record({
    protocol: fc.constantFrom('rest', 'http', 'REST'),
    methods: fc.uniqueArray(fc.constantFrom('GET', 'POST', 'put', 'DELETE'), { minLength: 1 }),
    config: channelConfig,
    rest: some({ description: label, tags, priority: fc.integer({ min: -9, max: 9 }), workflow_id: word }),
  })
  .map(
    ({ protocol, methods, config, rest }): JsonObject => ({
      channel_type: 'sync',
      protocol,
      methods,
      config,
      ...rest,
    }),
  )

const name = word.map(letters => `N_${letters.toUpperCase()}`)
const reference = fc.oneof(
  name.map(variable => `env://${variable}`),
  name.map(variable => `\${${variable}}`),
)
const connector = fc.oneof(
  fc.record({ token: reference, rest: some({ enabled: fc.boolean(), tags }) }).map(
    ({ token, rest }): JsonObject => ({
      connector_type: 'http',
      config: {
        url: 'https://api.example/v1',
        headers: { 'x-api-key': token },
        auth: { type: 'bearer', token },
      },
      ...rest,
    }),
  ),
  name.map(
    (variable): JsonObject => ({
      connector_type: 'db',
      config: { connection_string: `postgres://app:\${${variable}}@db.example/orders`, max_connections: 5 },
    }),
  ),
  fc.constant<JsonObject>({ connector_type: 'cache', config: { backend: 'memory', default_ttl_secs: 60 } }),
)

/** With ids and names of their own. */
function numbered(idField: string, definitions: readonly JsonObject[], named: (at: number) => JsonObject) {
  return definitions.map((definition, at) => ({ [idField]: `${idField}-${at}`, ...named(at), ...definition }))
}

const catalog: fc.Arbitrary<Catalog> = fc
  .record({
    workflows: fc.array(workflow, { maxLength: 5 }),
    channels: fc.array(channel, { maxLength: 5 }),
    connectors: fc.array(connector, { maxLength: 4 }),
  })
  .map(({ workflows, channels, connectors }) => ({
    workflows: numbered('workflow_id', workflows, () => ({})),
    channels: numbered('channel_id', channels, at => ({ name: `c${at}`, route_pattern: `/c${at}/{id}` })),
    connectors: numbered('id', connectors, at => ({ name: `connector ${at}` })),
  }))

async function importedInto(app: App, kinds: Kinds, body: Json): Promise<void> {
  const answer = await importing(app, kinds, body)
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 })
}

test(`${CATALOGS} random catalogs: what is exported, imported elsewhere and exported is the same`, async () => {
  await fc.assert(
    fc.asyncProperty(catalog, async definitions => {
      await using from = await openApp()
      await using to = await openApp()
      for (const kinds of KINDS) {
        await importedInto(from, kinds, [...definitions[kinds]])
        const first = await exported(from, kinds)
        expect(first).toHaveLength(definitions[kinds].length)
        await importedInto(to, kinds, { data: first })
        const second = await exported(to, kinds)
        expect(JSON.stringify(written(second))).toBe(JSON.stringify(written(first)))
      }
    }),
    { numRuns: CATALOGS },
  )
})

const secret = word.map(letters => `s3cret-${letters}`)
const withSecrets = fc.record({
  keys: fc.array(secret, { minLength: 1, maxLength: 3 }),
  token: secret,
  header: secret,
  password: secret,
})

test('literal secrets of any catalog are not in its export, and each is named by the import', async () => {
  await using from = await openApp()
  await using to = await openApp()
  await fc.assert(
    fc.asyncProperty(withSecrets, async ({ keys, token, header, password }) => {
      const again = '?on_conflict=new_version'
      const guarded = { mode: 'api_key', keys: [...new Set(keys)] }
      const way = { name: 'c', channel_type: 'sync', protocol: 'rest', methods: ['GET'], route_pattern: '/c' }
      const channels = [{ channel_id: 'c', ...way, config: { auth: guarded } }]
      const config = {
        url: `https://me:${password}@x.example`,
        headers: { 'x-one': header },
        auth: { type: 'bearer', token },
      }
      const connectors = [{ id: 'x', name: 'x', connector_type: 'http', config }]
      for (const [kinds, body] of [['channels', channels] as const, ['connectors', connectors] as const]) {
        expect((await importing(from, kinds, body, again)).status).toBe(200)
        const data = await exported(from, kinds)
        expect(JSON.stringify(data)).not.toContain('s3cret')
        const refused = await importing(to, kinds, { data })
        expect(refused.status).toBe(400)
        expect(refused.text).not.toContain('s3cret')
        const expected =
          kinds === 'channels'
            ? guarded.keys.map((_, at) => `[0].config.auth.keys[${at}]`)
            : ['[0].config.url', '[0].config.headers.x-one', '[0].config.auth.token']
        expect(Object.keys(problemsOf(refused))).toEqual(expected)
      }
    }),
    { numRuns: 50 },
  )
})
