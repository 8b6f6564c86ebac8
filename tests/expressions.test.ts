import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { isObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'

async function evaluated(body: Json, config = '') {
  await using app = await openApp({ config })
  return await app.client.admin('POST', 'expressions/evaluate', body)
}

describe('POST /expressions/evaluate', () => {
  test.each<[Json, Json, Json, string]>([
    [{ '>': [{ var: 'a' }, 1] }, { a: 2 }, true, 'boolean'],
    [{ '+': [{ var: 'a' }, 1] }, { a: 2 }, 3, 'number'],
    [{ cat: ['a', { var: 'a' }] }, { a: 2 }, 'a2', 'string'],
    [{ var: 'nope' }, { a: 2 }, null, 'null'],
    [{ map: [{ var: '' }, { '*': [{ var: '' }, 2] }] }, [1, 2], [2, 4], 'array'],
    [{ var: '' }, { a: 2 }, { a: 2 }, 'object'],
    ['constant', 7, 'constant', 'string'],
    [{}, null, {}, 'object'],
  ])('%j on %j', async (expression, data, result, type) => {
    const answer = await evaluated({ expression, data })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ data: { result, type } })
  })

  test('without data it sees an empty object', async () => {
    expect((await evaluated({ expression: { var: '' } })).body).toEqual({
      data: { result: {}, type: 'object' },
    })
  })

  test('in template mode unknown keys are output', async () => {
    const expression = { a: { var: 'x' }, b: { bogus: [{ var: 'x' }] } }
    expect((await evaluated({ expression, data: { x: 1 }, mode: 'template' })).at('data.result')).toEqual({
      a: 1,
      b: { bogus: [1] },
    })
  })

  test('integers beyond 2^53 keep their digits', async () => {
    const answer = await evaluated('{"expression": {"var": "n"}, "data": {"n": 12345678901234567890}}')
    expect(answer.text).toBe('{"data":{"result":12345678901234567890,"type":"number"}}')
  })

  test.each<[Json, Json, object]>([
    [{ '+': [1, { '*': [{ var: 'a' }, 2] }] }, { a: 'x' }, { type: 'NaN', path: '+[1]' }],
    [{ bogus: [1] }, {}, { type: 'Unknown Operator', path: '' }],
    [{ and: [true, { '!': { bogus: 1 } }] }, {}, { type: 'Unknown Operator', path: 'and[1].!' }],
    [{ length: [] }, {}, { type: 'Invalid Arguments', path: '' }],
    [
      { throw: { var: 'e' } },
      { e: { type: 'mine', n: 1 } },
      { type: 'mine', message: 'Thrown: {"type":"mine","n":1}' },
    ],
    [{ try: [{ throw: 'a' }, { throw: 'b' }] }, {}, { type: 'b', path: 'try[1]' }],
  ])('%j fails with 200 and its place', async (expression, data, error) => {
    const answer = await evaluated({ expression, data })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ data: { error } })
    expect(Object.keys(answer.at('data') ?? {})).toEqual(['error'])
    expect(Object.keys(answer.at('data.error') ?? {})).toEqual(['type', 'message', 'path'])
  })

  test('explain tells why, of a result and of an error', async () => {
    const falls = await evaluated({ expression: { '>': [{ var: 'a' }, 1] }, data: { a: 0 }, explain: true })
    expect(falls.at('data.explanation')).toMatchObject({
      result: false,
      variables: { a: 0 },
      because: 'a > 1 is false: a is 0',
    })
    const fails = await evaluated({ expression: { '>': [{ var: 'a' }, 1] }, data: { a: [] }, explain: true })
    expect(fails.at('data.explanation.because')).toBe('a > 1 fails with NaN: a is []')
  })

  test.each<[Json, string, string]>([
    [{ a: 1, b: 2 }, 'expression', 'Unknown Operator'],
    [{ or: [false, { '!': [{ a: 1, b: 2 }] }] }, 'expression.or[1].![0]', 'Unknown Operator'],
  ])('%j does not compile: 400 that names place and type', async (expression, path, type) => {
    const answer = await evaluated({ expression })
    expect(answer.status).toBe(400)
    expect(answer.at('error.message')).toContain(type)
    expect(answer.at('error.details')).toMatchObject([{ path, code: 'INVALID_LOGIC' }])
  })

  test('limits are those of [engine]', async () => {
    const config = '[engine]\nmax_logic_depth = 3\nmax_logic_nodes = 20\nops_budget = 5\n'
    const deep = { '!': { '!': { '!': { '!': { '!': { var: 'a' } } } } } }
    expect((await evaluated({ expression: deep }, config)).at('error.message')).toContain(
      'max_logic_depth = 3',
    )
    const wide = { max: Array.from({ length: 30 }, () => 1) }
    expect((await evaluated({ expression: wide }, config)).at('error.message')).toContain(
      'max_logic_nodes = 20',
    )
    const long = { expression: { map: [{ var: '' }, { '!': { var: '' } }] }, data: [1, 2, 3, 4, 5, 6, 7, 8] }
    const answer = await evaluated(long, config)
    expect(answer.status).toBe(200)
    expect(answer.at('data.error.message')).toContain('ops_budget = 5')
  })

  test.each<[string, Json, string]>([
    ['no expression', { data: 1 }, 'expression'],
    ['another mode', { expression: 1, mode: 'strict' }, 'mode'],
    ['a key that is not one', { expression: 1, explian: true }, 'explian'],
    ['no object', [1], ''],
  ])('%s is 400', async (_, body, path) => {
    const answer = await evaluated(body)
    expect(answer.status).toBe(400)
    expect(answer.at('error.details.0.path')).toBe(path)
  })
})

describe('what there is to write', () => {
  const rows = async (path: string): Promise<JsonObject[]> => {
    await using app = await openApp()
    const answer = await app.client.admin('GET', path)
    expect(answer.status).toBe(200)
    const data = answer.at('data')
    return Array.isArray(data) ? data.filter(isObject) : []
  }

  test('GET /operators has every operator once, with words and an example that holds', async () => {
    const operators = await rows('operators')
    expect(operators.length).toBeGreaterThan(50)
    expect(new Set(operators.map(({ name }) => name)).size).toBe(operators.length)
    expect(operators.find(({ name }) => name === 'if')).toMatchObject({
      aliases: ['?:'],
      family: 'logic',
      arguments: [{ name: 'branches', required: false, repeated: true, description: expect.any(String) }],
    })
    expect(operators.find(({ name }) => name === 'var')).toMatchObject({
      family: 'variables',
      arguments: [
        { name: 'path', required: true, repeated: false },
        { name: 'default', required: false, repeated: false },
      ],
    })
    await using app = await openApp()
    for (const { example } of operators) {
      if (!isObject(example)) throw new Error('an operator has no example')
      const body = { expression: example.rule ?? null, data: example.data ?? {} }
      const answer = await app.client.admin('POST', 'expressions/evaluate', body)
      expect(answer.at('data.result')).toEqual(example.result ?? null)
    }
  })

  test('GET /functions has every function with its fields', async () => {
    const functions = await rows('functions')
    expect(functions.map(({ name }) => name)).toContain('parse_json')
    expect(functions.find(({ name }) => name === 'validation')).toMatchObject({
      aliases: ['validate'],
      category: 'control',
      description: expect.any(String),
    })
    expect(functions.find(({ name }) => name === 'filter')).toMatchObject({
      input_fields: [
        { name: 'condition', required: true, kind: 'logic' },
        { name: 'on_reject', required: false, kind: 'enum', values: ['halt', 'skip'], default: 'halt' },
      ],
    })
  })
})
