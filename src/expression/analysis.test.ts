import { describe, expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { analyze } from './analysis.ts'
import { compile } from './compile.ts'
import { defaultLimits } from './expression.ts'
import { operators } from './operators/index.ts'
import { OUTCOME, outcomeOfValue } from './outcomes.ts'

const options = { mode: 'template', limits: defaultLimits } as const

function outcomes(rule: Json) {
  const bits = analyze(rule, options)?.outcomes ?? Number.NaN
  return Object.entries(OUTCOME)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(' ')
}

describe('what a rule may give', () => {
  test.each<[Json, string]>([
    [true, 'true'],
    [5, 'other'],
    [null, 'null'],
    ['x', 'other'],
    [{ a: 1, b: { var: 'x' } }, 'object'],
    [[{ var: 'x' }], 'other'],
    [{ var: 'x' }, 'unknown'],
    [{ var: ['x', false] }, 'false unknown'],
    [{ '>': [{ var: 'x' }, 1] }, 'true false'],
    [{ '!!': [{ var: 'x' }] }, 'true false'],
    [{ cat: ['a', { var: 'x' }] }, 'null other'],
    [{ and: [{ '>': [{ var: 'x' }, 1] }, { '<': [{ var: 'x' }, 9] }] }, 'true false'],
    [{ and: [{ '>': [{ var: 'x' }, 1] }, { cat: [{ var: 'x' }] }] }, 'false null other'],
    [{ and: [{ var: 'x' }, false] }, 'false'],
    [{ or: [{ '>': [{ var: 'x' }, 1] }, 'yes'] }, 'other'],
    [{ or: [{ '>': [{ var: 'x' }, 1] }, { length: { var: 'x' } }] }, 'true null other'],
    [{ if: [{ var: 'x' }, 'yes', 'no'] }, 'other'],
    [{ if: [{ var: 'x' }, true] }, 'true null'],
    [{ if: [{ var: 'x' }, 1, { var: 'y' }, false, { a: { var: 'z' }, b: 2 }] }, 'false object other'],
    [{ '??': [{ missing: ['a'] }, true] }, 'true other'],
    [{ switch: [{ var: 'x' }, [['a', true]], 7] }, 'true other'],
    [{ switch: [{ var: 'x' }, [['a', false]]] }, 'false null'],
    [{ try: [{ var: 'x' }, false] }, 'false null unknown'],
    [{ throw: 'x' }, ''],
    [{ nonsense: [{ var: 'x' }] }, 'object'],
  ])('%j: %s', (rule, expected) => {
    expect(outcomes(rule)).toBe(expected)
  })

  test('what an operator gives in its example is among it', () => {
    for (const { name, example } of operators) {
      const bits = analyze(example.rule, options)?.outcomes ?? 0
      const possible = (bits & (outcomeOfValue(example.result) | OUTCOME.unknown)) !== 0
      expect({ name, possible }).toEqual({ name, possible: true })
    }
  })
})

test('no operator gives true or false without being expected to', () => {
  const values: Json[] = [true, false, null, 1, 'a', [], [true], { a: true }]
  for (const { name } of operators) {
    for (const first of values) {
      for (const args of [[first], [first, true], [first, [[first, true]], false]]) {
        const rule = { [name]: args }
        const bits = analyze({ [name]: [...args] }, options)?.outcomes ?? 0
        const result = evaluated(rule)
        if (result === undefined) continue
        const possible = (bits & (outcomeOfValue(result) | OUTCOME.unknown)) !== 0
        expect({ rule, result, possible }).toEqual({ rule, result, possible: true })
      }
    }
  }
})

function evaluated(rule: Json): Json | undefined {
  try {
    return compile(rule, options).evaluate({ a: true })
  } catch {
    return undefined
  }
}

describe('where a rule reads', () => {
  test.each<[Json, string[]]>([
    [{ var: 'a.b' }, ['a.b at var']],
    [{ var: ['a', { var: 'b' }] }, ['a at var[0]', 'b at var[1].var']],
    [
      { and: [{ '>': [{ var: 'a' }, 1] }, { '!': { var: 'b' } }] },
      ['a at and[0].>[0].var', 'b at and[1].!.var'],
    ],
    [{ total: { '+': [{ val: ['a', 'b'] }, 1] }, x: 1 }, ['a.b at total.+[0].val[0]']],
    [{ missing: ['a', 'b'] }, ['a at missing[0]', 'b at missing[0]']],
    [{ var: { var: 'a' } }, ['? at var', 'a at var.var']],
    [{ map: [{ var: 'a' }, { var: 'b' }] }, ['a at map[0].var', 'item b at map[1].var']],
    [{ map: [{ var: 'a' }, { val: [[1], 'b'] }] }, ['a at map[0].var', 'b at map[1].val[0]']],
    [{ and: [{ var: 'a' }, true] }, ['a at and[0].var']],
    [{ and: [{ var: 'a' }, false] }, []],
  ])('%j', (rule, expected) => {
    const reads = analyze(rule, options)?.reads ?? []
    expect(reads.map(({ path = '?', at, inBody }) => `${inBody ? 'item ' : ''}${path} at ${at}`)).toEqual(
      expected,
    )
  })

  test('the operator that reads is told', () => {
    const reads = analyze({ and: [{ exists: 'a' }, { missing_some: [1, ['b']] }] }, options)?.reads ?? []
    expect(reads.map(({ operator }) => operator)).toEqual(['exists', 'missing_some'])
  })
})

test('a rule that does not compile has no analysis', () => {
  expect(analyze({ a: 1, b: 2 }, { mode: 'plain', limits: defaultLimits })).toBeUndefined()
})
