import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import { compiled, run, task, testLimits } from '../test-run.ts'

function alone(name: string, input: JsonObject, given: Parameters<typeof run>[1] = {}) {
  return run(compiled([task('t', name, input)]), given)
}

describe('parse_xml', () => {
  test('stores what the text becomes, and records it', () => {
    const { message } = alone(
      'parse_xml',
      { source: 'payload.x', target: 'a.b' },
      { payload: { x: '<r>1</r>' } },
    )
    expect(message.context.data).toEqual({ a: { b: { $text: '1' } } })
    expect(message.audit_trail[0]?.changes).toEqual([
      { path: 'data.a.b', old_value: null, new_value: { $text: '1' } },
    ])
  })

  test.each<[payload: Json]>([[null], [5], [{ a: 1 }], [['<r/>']]])('%j is not a string', payload => {
    const { outcome, message } = alone('parse_xml', { source: 'payload', target: 'in' }, { payload })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { kind: 'Validation', message: "Validation error: ParseXml: Source 'payload' is not a string" },
    })
    expect(message.context.data).toEqual({})
  })

  test('a missing source is not a string', () => {
    expect(alone('parse_xml', { source: 'data.none', target: 'in' }).outcome).toMatchObject({
      error: { message: "Validation error: ParseXml: Source 'data.none' is not a string" },
    })
  })

  test('collects repeated elements only when asked to', () => {
    const payload = '<r><i>1</i><i>2</i></r>'
    const data = (arrays: JsonObject) =>
      alone('parse_xml', { source: 'payload', target: 'in', ...arrays }, { payload }).message.context.data
    expect(data({})).toEqual({ in: { i: { $text: '2' } } })
    expect(data({ arrays: 'last' })).toEqual({ in: { i: { $text: '2' } } })
    expect(data({ arrays: 'collect' })).toEqual({ in: { i: [{ $text: '1' }, { $text: '2' }] } })
  })
})

describe('publishing', () => {
  const out = (name: string, source: string, data: JsonObject, extra: JsonObject = {}) => {
    const { message } = alone(name, { source, target: 'out', ...extra }, { data })
    return message.context.data
  }

  test('finds a literal key before a path, and a path before one without its root', () => {
    expect(out('publish_json', 'a.b', { 'a.b': 1, a: { b: 2 } })).toMatchObject({ out: '1' })
    expect(out('publish_json', 'a.b', { a: { b: 2 } })).toMatchObject({ out: '2' })
    expect(out('publish_json', 'data.a', { a: 3, data: { a: 4 } })).toMatchObject({ out: '4' })
    expect(out('publish_json', 'data.a', { a: 3 })).toMatchObject({ out: '3' })
  })

  test('JSON is compact unless it is to be pretty', () => {
    expect(out('publish_json', 'o', { o: { b: [1, 'é'] } })).toMatchObject({ out: '{"b":[1,"é"]}' })
    expect(out('publish_json', 'o', { o: { b: [] } }, { pretty: true })).toMatchObject({
      out: '{\n  "b": []\n}',
    })
  })

  test('XML has the root element that was asked for', () => {
    expect(out('publish_xml', 'o', { o: { a: 1 } })).toMatchObject({ out: '<root><a>1</a></root>' })
    expect(out('publish_xml', 'o', { o: 1 }, { root_element: 'doc' })).toMatchObject({ out: '<doc>1</doc>' })
  })

  test.each([
    ['publish_json', 'PublishJson'],
    ['publish_xml', 'PublishXml'],
  ])('%s of what is missing or null fails as invalid input', (name, title) => {
    for (const data of [{}, { o: null }]) {
      const { outcome } = alone(name, { source: 'o', target: 'out' }, { data })
      expect(outcome).toMatchObject({
        status: 'failed',
        error: {
          kind: 'Validation',
          message: `Validation error: ${title}: Source 'data.o' not found or is null`,
        },
      })
    }
  })

  test('a text beyond the limit is refused, also one that is endless', () => {
    let endless: Json = ['x']
    for (let doubling = 0; doubling < 100; doubling++) endless = [endless, endless]
    for (const name of ['publish_json', 'publish_xml']) {
      for (const o of [endless, '"'.repeat(testLimits.maxResultChars - 10)]) {
        const { message } = alone(name, { source: 'o', target: 'out' }, { data: { o } })
        expect(message.errors[0]).toMatchObject({ code: 'BUDGET_EXCEEDED' })
        expect(message.errors[0]?.message).toContain('engine.max_result_chars')
      }
    }
  })

  test('the indentation counts before it is written', () => {
    const lists = Array.from({ length: 400 }, () => JSON.parse('['.repeat(100) + ']'.repeat(100)))
    const workflow = compiled([task('p', 'publish_json', { source: 'in', target: 'out', pretty: true })])
    const { outcome } = run(workflow, { data: { in: lists } })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  })

  test('what is published counts as read', () => {
    const reads = (source: string) => compiled([task('t', 'publish_json', { source, target: 'out' })]).reads
    expect(reads('o.p')).toEqual(['data.o.p'])
    expect(reads('data.o')).toEqual(['data.data.o', 'data.o'])
  })
})

test.each(['parse_json', 'parse_xml', 'publish_json'])(
  '%s counts against the budget of the message',
  name => {
    const text = '<a>x</a>'.padEnd(4000, ' ')
    const workflow = compiled([
      task('t', name, { source: name.startsWith('parse') ? 'payload' : 'in', target: 'out' }),
    ])
    const spent = (messageOpsBudget: number) =>
      run(workflow, { payload: text, data: { in: text }, messageOpsBudget }).outcome
    const enough = name === 'publish_json' ? 250 : 2000
    expect(spent(enough)).toEqual({ status: 'ok' })
    expect(spent(enough - 1)).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  },
)
