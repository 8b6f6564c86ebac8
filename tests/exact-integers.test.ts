import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseExactly } from '../src/std/exact-values.ts'
import type { Json } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { expectEnvelope, problemsOf } from './harness/envelope.ts'
import { channel, mapTask, parseTask, workflow } from './harness/samples.ts'

const ID = 9007199254740993n
const HUGE = 123456789012345678901234567890n

let app: App

beforeAll(async () => {
  app = await openApp()
  const tasks = [
    parseTask(),
    mapTask('copy', { 'data.copy': { var: 'data.in' }, 'data.list': [{ var: 'data.in' }] }),
  ]
  await app.client.declare(workflow('copies', tasks), channel('copies'))
})
afterAll(() => app[Symbol.asyncDispose]())

/** What the server said, with all digits. */
function exact({ text }: Answer): Json {
  return parseExactly(text)
}

async function declared(id: string, tasks: Json, rest = {}): Promise<void> {
  await app.client.declare(workflow(id, tasks, rest), channel(id))
}

describe('an integer beyond 2^53 is kept', () => {
  test('through parse_json, map, the answer and the stored trace, wherever it stands', async () => {
    const leaf = fc.oneof(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.maxSafeInteger(),
      fc.constantFrom('": 9007199254740993', true, null, 0.5),
    )
    const { tree } = fc.letrec<{ tree: Json }>(tie => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.string({ unit: 'binary-ascii' }), tie('tree')),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(tree, async data => {
        const sent = JSON.stringify(data)
        const answer = await app.client.request('POST', '/api/v1/data/copies', { body: `{"data":${sent}}` })
        expect(answer.text).toContain(`"data":{"in":${sent},`)
        expect(answer.text).toContain(`"list":[${sent}]`)
        const trace = await app.client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
        expect(trace.text).toContain(`"message":${answer.text}`)
        const list = await app.client.request('GET', '/api/v1/data/traces?limit=1')
        expect(list.at('data.0.input_json')).toBe(sent)
        expect(list.at('data.0.result_json')).toBe(answer.text)
      }),
      { numRuns: 60 },
    )
  })

  test('in a definition: stored, read back, versioned, run and audited', async () => {
    const tasks = [
      mapTask('ids', {
        'data.id': ID,
        'data.all': [HUGE, { cat: ['#', HUGE] }],
        'data.sum': { '+': [ID, 1] },
      }),
    ]
    await declared('literals', tasks, { condition: { '==': [ID, 9007199254740992] }, $schema: ID })
    const stored = await app.client.admin('GET', 'workflows/literals')
    expect(exact(stored)).toMatchObject({ data: { tasks, condition: { '==': [ID, 9007199254740992] } } })
    expect((await app.client.admin('POST', 'workflows/literals/versions')).text).toContain(String(HUGE))
    expect((await app.client.post('literals', null)).text).toContain(
      `"data":{"id":${ID},"all":[${HUGE},"#${HUGE}"],"sum":${ID + 1n}}`,
    )
    const audit = await app.client.admin('GET', 'audit-logs?limit=200')
    const details = exact(audit)
    expect(JSON.stringify(details)).toContain(String(HUGE))
  })

  test('in the condition that it decides', async () => {
    const condition = { '===': [{ cat: [{ var: 'data.in' }] }, String(ID)] }
    await declared('decides', [parseTask(), mapTask('hit', { 'data.hit': true }, { condition })])
    expect((await app.client.post('decides', ID)).at('data.hit')).toBe(true)
    expect((await app.client.post('decides', ID + 1n)).at('data.hit')).toBeUndefined()
  })

  test('in metadata, in texts that are parsed or published, and in the log', async () => {
    const tasks: Json = [
      {
        id: 'text',
        name: 'text',
        function: { name: 'parse_json', input: { source: 'payload.text', target: 'in' } },
      },
      mapTask('meta', { 'data.meta': { var: 'metadata.id' } }),
      {
        id: 'json',
        name: 'json',
        function: { name: 'publish_json', input: { source: 'in', target: 'json' } },
      },
      { id: 'xml', name: 'xml', function: { name: 'publish_xml', input: { source: 'in', target: 'xml' } } },
      {
        id: 'log',
        name: 'log',
        function: {
          name: 'log',
          input: { message: { var: 'data.in' }, fields: { id: { var: 'metadata.id' } } },
        },
      },
    ]
    await declared('texts', tasks)
    const body = `{"data":{"text":"{\\"id\\":${ID}}"},"metadata":{"id":${HUGE}}}`
    const answer = await app.client.request('POST', '/api/v1/data/texts', { body })
    expect(exact(answer)).toMatchObject({
      data: { in: { id: ID }, meta: HUGE, json: `{"id":${ID}}`, xml: `<root><id>${ID}</id></root>` },
    })
    const line = (await app.log()).find(text => text.includes(`id=${HUGE}`))
    expect(line).toContain(`{\\"id\\":${ID}} [id=${HUGE}]`)
  })
})

describe('where no integer of that size fits it is refused with its place', () => {
  test.each([
    ['workflows', workflow('w', [parseTask()], { priority: ID }), 'priority', 'OUT_OF_RANGE'],
    ['workflows', workflow('w', [parseTask()], { name: ID }), 'name', 'TYPE_MISMATCH'],
    ['workflows', workflow('w', ID), 'tasks', 'TYPE_MISMATCH'],
    ['workflows', workflow('w', [ID]), 'tasks[0]', 'TYPE_MISMATCH'],
    ['workflows', workflow('w', [parseTask()], { tags: [ID] }), 'tags[0]', 'TYPE_MISMATCH'],
    ['channels', channel('c', { priority: -ID }), 'priority', 'OUT_OF_RANGE'],
    ['channels', channel('c', { config: { timeout_ms: HUGE } }), 'config.timeout_ms', 'OUT_OF_RANGE'],
    ['channels', channel('c', { methods: ID }), 'methods', 'TYPE_MISMATCH'],
    ['connectors', { id: 'c', name: 'c', connector_type: ID, config: {} }, 'connector_type', 'TYPE_MISMATCH'],
  ])('%s %p', async (kind, body, path, code) => {
    const answer = await app.client.admin('POST', kind, body)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(problemsOf(answer)).toMatchObject({ [path]: code })
  })

  test('by a text that says so when it is beyond the range of numbers', async () => {
    const answer = await app.client.request('POST', '/api/v1/data/copies', {
      body: `{"data":[${'9'.repeat(400)}]}`,
    })
    expectEnvelope(answer, 400, 'NUMBER_OUT_OF_RANGE')
    expect(problemsOf(answer)).toEqual({ 'data[0]': 'OUT_OF_RANGE' })
  })
})
