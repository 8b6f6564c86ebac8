import { describe, expect, test } from 'bun:test'
import type { Json } from '../../std/json.ts'
import { defaultLimits } from '../expression.ts'
import { compileExplained, explain } from './explain.ts'
import type { Explanation, Privacy } from './explanation.ts'

const options = { mode: 'template', limits: defaultLimits } as const

function told(rule: Json, data: Json = {}, privacy?: Privacy): Explanation {
  const attempt = explain(rule, data, { ...options, privacy })
  if ('refused' in attempt) throw attempt.refused
  return attempt.explanation
}

describe('an explanation', () => {
  test('has the rule, its result, and what its variables held', () => {
    const rule = { '+': [{ var: 'a.b' }, { val: ['c', 0] }, { var: ['d', 5] }] }
    expect(told(rule, { a: { b: 1 }, c: [2] })).toEqual({
      expression: rule,
      result: 8,
      variables: { 'a.b': 1, 'c.0': 2, d: 5 },
    })
  })

  test('of a constant is its result', () => {
    expect(told({ '+': [1, 2] })).toEqual({ expression: { '+': [1, 2] }, result: 3, variables: {} })
    expect(told('text')).toEqual({ expression: 'text', result: 'text', variables: {} })
    expect(told(null).result).toBeNull()
  })

  test('has every operator on the way, inside out, but those that were not evaluated', () => {
    const rule = {
      if: [{ '<': [{ var: 'n' }, 1] }, { '*': [{ var: 'n' }, 2] }, { '+': [{ '-': [{ var: 'n' }] }, 1] }],
    }
    expect(told(rule, { n: 4 }).steps).toEqual([
      { path: 'if[0]', expression: { '<': [{ var: 'n' }, 1] }, result: false },
      { path: 'if[2].+[0]', expression: { '-': [{ var: 'n' }] }, result: -4 },
      { path: 'if[2]', expression: { '+': [{ '-': [{ var: 'n' }] }, 1] }, result: -3 },
    ])
  })

  test('has the parts of output objects and arrays', () => {
    const { steps, variables } = told(
      { x: { '+': [{ var: 'n' }, 1] }, y: [{ '!': [{ var: 'm' }] }] },
      { n: 1 },
    )
    expect(steps?.map(({ path, result }) => [path, result])).toEqual([
      ['x', 2],
      ['y[0]', true],
    ])
    expect(variables).toEqual({ n: 1, m: null })
  })

  test('names variables as they are written when they have no other name', () => {
    const rule = { cat: [{ var: { cat: ['a', { var: 'k' }] } }, { val: ['x.y', 'z'] }, { var: '' }] }
    const { variables } = told(rule, { ab: 1, k: 'b', 'x.y': { z: 2 } })
    expect(variables).toEqual({
      '{"cat":["a",{"var":"k"}]}': 1,
      k: 'b',
      '["x.y","z"]': 2,
      '': { ab: 1, k: 'b', 'x.y': { z: 2 } },
    })
  })

  test('sees variables behind every shortcut of the compiler', () => {
    const tiers = { if: [{ '>=': [{ var: 't' }, 9] }, 'a', { '>=': [{ var: 't' }, 5] }, 'b', 'c'] }
    expect(told(tiers, { t: 6 })).toMatchObject({
      result: 'b',
      variables: { t: 6 },
      steps: [{ result: false }, { result: true }],
    })
    expect(told({ '==': [{ var: 'a' }, 'x'] }, { a: 'y' }).variables).toEqual({ a: 'y' })
    expect(told({ sort: [{ var: 'xs' }, true, { var: 'n' }] }, { xs: [{ n: 2 }, { n: 1 }] })).toMatchObject({
      result: [{ n: 1 }, { n: 2 }],
    })
  })
})

describe('the rounds of an iterator', () => {
  test('tell the item, what was read of it, and the result', () => {
    const { steps, variables } = told(
      { map: [{ var: 'xs' }, { '+': [{ var: 'n' }, { val: [[2], 'd'] }] }] },
      { xs: [{ n: 1 }, { n: 2 }], d: 10 },
    )
    expect(variables).toEqual({ xs: [{ n: 1 }, { n: 2 }] })
    expect(steps).toMatchObject([
      { path: 'map[1]', item: [0], variables: { n: 1, '[[2],"d"]': 10 }, result: 11 },
      { path: 'map[1]', item: [1], variables: { n: 2 }, result: 12 },
    ])
  })

  test('are the first three and the last', () => {
    const { steps } = told(
      { filter: [{ var: 'xs' }, { '>': [{ var: '' }, 2] }] },
      { xs: [0, 1, 2, 3, 4, 5, 6] },
    )
    expect(steps?.map(({ item, result }) => [item, result])).toEqual([
      [[0], false],
      [[1], false],
      [[2], false],
      [[6], true],
    ])
  })

  test('within rounds tell both items; keys stand for those of objects', () => {
    const { steps } = told(
      { map: [{ var: '' }, { map: [{ var: '' }, { '*': [{ var: '' }, 2] }] }] },
      { a: [1], b: [2, 3] },
    )
    expect(steps?.filter(({ path }) => path === 'map[1].map[1]').map(({ item }) => item)).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 1],
    ])
  })

  test('of a reduce tell the accumulator', () => {
    const { steps } = told(
      { reduce: [{ var: 'xs' }, { '+': [{ var: 'accumulator' }, { var: 'current' }] }, 5] },
      { xs: [1, 2] },
    )
    expect(steps?.map(({ variables, result }) => [variables, result])).toEqual([
      [{ accumulator: 5, current: 1 }, 6],
      [{ accumulator: 6, current: 2 }, 8],
    ])
  })
})

describe('what decided a false rule', () => {
  test.each<[string, Json, Json, object]>([
    [
      'a comparison, with both values',
      { '>': [{ var: 'a' }, { var: 'b' }] },
      { a: 1, b: 2 },
      {
        path: '',
        operands: [
          { expression: { var: 'a' }, value: 1 },
          { expression: { var: 'b' }, value: 2 },
        ],
      },
    ],
    ['a variable', { var: 'a' }, { a: false }, { path: '', result: false }],
    [
      'the operand of `and`',
      { and: [{ var: 'a' }, { '==': [{ var: 'b' }, 1] }, { var: 'c' }] },
      { a: true, b: 2 },
      {
        path: 'and[1]',
        operands: [{ value: 2 }, { value: 1 }],
      },
    ],
    ['a null in `and`', { and: [{ var: 'a' }, { var: 'b' }] }, { a: 1 }, { path: 'and[1]', result: null }],
    [
      'all operands of `or`',
      { or: [{ var: 'a' }, { '>': [{ var: 'b' }, 3] }] },
      { a: 0, b: 1 },
      {
        path: '',
        each: [
          { path: 'or[0]', result: 0 },
          { path: 'or[1]', operands: [{ value: 1 }, { value: 3 }] },
        ],
      },
    ],
    [
      'what stands behind `!`',
      { '!': [{ or: [{ var: 'a' }, { var: 'b' }] }] },
      { a: 0, b: 7 },
      { path: '![0].or[1]', result: 7 },
    ],
    ['the operand of `!`', { '!': { var: 'a' } }, { a: 'x' }, { path: '', operands: [{ value: 'x' }] }],
    [
      'what is within',
      { and: [{ or: [{ and: [{ var: 'a' }, { '<': [{ var: 'n' }, 5] }] }, { var: 'z' }] }] },
      { a: true, n: 9 },
      {
        each: [{ path: 'and[0].or[0].and[1]' }, { path: 'and[0].or[1]', result: null }],
      },
    ],
    [
      'the branch of `if`',
      { if: [{ var: 'a' }, { '===': [{ var: 'b' }, 1] }, true] },
      { a: 1, b: '1' },
      {
        path: 'if[1]',
        operands: [{ value: '1' }, { value: 1 }],
      },
    ],
    [
      'the condition of a branch that is written',
      { if: [{ '>': [{ var: 'a' }, 1] }, true, false] },
      { a: 1 },
      { path: 'if[0]' },
    ],
    [
      'the item of `all`',
      { all: [{ var: 'xs' }, { '>': [{ var: 'n' }, 0] }] },
      { xs: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: -1 }, { n: 5 }] },
      {
        path: 'all[1]',
        item: [4],
        operands: [{ value: -1 }, { value: 0 }],
      },
    ],
    [
      'the item of `none`',
      { none: [{ var: 'xs' }, { var: '' }] },
      { xs: [0, 1] },
      { path: 'none[1]', item: [1], result: 1 },
    ],
    [
      'the collection of `some`',
      { some: [{ var: 'xs' }, { '>': [{ var: '' }, 9] }] },
      { xs: [1] },
      { path: '', operands: [{ value: [1] }] },
    ],
    [
      'the arguments of any other operator',
      { in: [{ var: 'c' }, ['DE', 'AT']] },
      { c: 'FR' },
      {
        path: '',
        operands: [{ value: 'FR' }, { value: ['DE', 'AT'] }],
      },
    ],
  ])('is %s', (_, rule, data, decision) => {
    expect(told(rule, data).decided_by).toMatchObject(decision)
  })

  test('is not told of a rule that is true, or is no verdict', () => {
    expect(told({ '>': [{ var: 'a' }, 1] }, { a: 2 })).not.toHaveProperty('decided_by')
    expect(told({ '+': [{ var: 'a' }, 0] }, { a: 0 })).not.toHaveProperty('decided_by')
    expect(told({ '+': [{ var: 'a' }, 0] }, { a: 0 })).not.toHaveProperty('because')
  })

  test.each<[Json, Json, string]>([
    [{ '>': [{ var: 'a.t' }, 100] }, { a: { t: 9 } }, 'a.t > 100 is false: a.t is 9'],
    [{ and: [{ var: 'a' }, { '!': { var: 'b' } }] }, { a: 1, b: 'x' }, 'not b is false: b is "x"'],
    [{ or: [{ var: 'a' }, { var: 'b' }] }, { a: 0 }, 'a or b is null: a is 0; b is null'],
    [{ all: [{ var: 'x' }, { var: '' }] }, { x: [1, 0] }, 'for item 1, var("") is 0'],
    [{ '<': [{ '*': [{ var: 'n' }, 2] }, 3] }, { n: 2 }, 'n * 2 < 3 is false: n * 2 is 4'],
  ])('%j: in a sentence', (rule, data, sentence) => {
    expect(told(rule, data).because).toBe(sentence)
  })
})

describe('a rule that fails', () => {
  test('says where, and what the operator was given', () => {
    expect(
      told({ and: [{ var: 'a' }, { '>': [{ '+': [1, { var: 'b' }] }, 2] }] }, { a: 1, b: 'x' }),
    ).toMatchObject({
      error: {
        type: 'NaN',
        path: 'and[1].>[0]',
        operands: [{ value: 1 }, { expression: { var: 'b' }, value: 'x' }],
      },
      because: '1 + b fails with NaN: b is "x"',
      variables: { a: 1, b: 'x' },
    })
  })

  test.each<[Json, Json, string, string]>([
    [{ foo: { x: 1, y: { throw: 'up' } } }, {}, 'up', 'foo.y'],
    [{ map: [[1, 2], { throw: 'no' }] }, {}, 'no', 'map[1]'],
    [{ cat: ['a', { substr: [] }] }, {}, 'Invalid Arguments', 'cat[1]'],
    [{ length: 5 }, {}, 'Invalid Arguments', ''],
    [{ try: [{ throw: 'a' }, { throw: 'b' }] }, {}, 'b', 'try[1]'],
    [{ try: [{ throw: 'a' }, { throw: { var: 'type' } }] }, {}, 'a', 'try[1]'],
  ])('%j fails at the right place', (rule, data, type, path) => {
    expect(told(rule, data).error).toMatchObject({ type, path })
  })

  test('and is caught is a step', () => {
    expect(told({ try: [{ '/': [1, { var: 'n' }] }, 7] }, { n: 0 })).toMatchObject({
      result: 7,
      steps: [{ path: 'try[0]', error: { type: 'NaN' } }],
    })
  })

  test('for want of budget is told like any other', () => {
    const rule = { map: [{ var: 'xs' }, { '*': [{ var: '' }, 2] }] }
    const attempt = explain(
      rule,
      { xs: [1, 2, 3, 4, 5] },
      { ...options, limits: { ...defaultLimits, opsBudget: 3 } },
    )
    expect(attempt).toMatchObject({
      outcome: { error: { kind: 'BudgetExceeded' } },
      explanation: { error: { message: expect.stringContaining('ops_budget = 3'), path: '' } },
    })
  })

  test.each<[Json, string]>([
    [{ a: 1, b: 2 }, ''],
    [{ and: [true, { or: [{ a: 1, b: 2 }] }] }, 'and[1].or[0]'],
    [{ if: [{ '!': { a: 1, b: 2 } }, 1] }, 'if[0].!'],
  ])('to compile says where: %j', (rule, path) => {
    expect(explain(rule, {}, { ...options, mode: 'plain' })).toMatchObject({
      path,
      refused: { kind: 'InvalidOperator' },
    })
  })
})

describe('an explanation is small', () => {
  const chars = (explanation: Explanation) => JSON.stringify(explanation).length

  test.each<[string, Json, Json]>([
    ['long texts', { cat: [{ var: 't' }, { var: 't' }] }, { t: 'x'.repeat(1_000_000) }],
    [
      'long arrays',
      { merge: [{ var: 'a' }, { var: 'a' }] },
      { a: Array.from({ length: 40_000 }, (_, at) => at) },
    ],
    [
      'wide objects',
      { var: '' },
      Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, at])),
    ],
    [
      'many rounds',
      { filter: [{ var: 'a' }, { and: [{ '>': [{ var: '' }, 1] }, { '<': [{ var: '' }, 9] }] }] },
      { a: Array.from({ length: 90_000 }, (_, at) => at) },
    ],
    [
      'many operators',
      { and: Array.from({ length: 2000 }, (_, at) => ({ '>': [{ var: `v${at}` }, -1] })) },
      {},
    ],
  ])('whatever there is of %s', (_, rule, data) => {
    expect(chars(told(rule, data))).toBeLessThan(40_000)
  })

  test('and says how much more there was', () => {
    const { variables } = told({ length: { var: 'a' } }, { a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] })
    expect(variables).toEqual({ a: [1, 2, 3, 4, 5, 6, 7, 8, '… 2 more'] })
    expect(told({ var: 't' }, { t: 'ab'.repeat(200) }).result).toBe(`${'ab'.repeat(100)}… (400 characters)`)
    const steps = told({ '+': Array.from({ length: 35 }, () => ({ '*': [{ var: 'n' }, 1] })) }, { n: 1 })
    expect(steps).toMatchObject({ steps_omitted: 5 })
  })

  test('of a deep rule, too', () => {
    let rule: Json = { var: 'x' }
    for (let depth = 0; depth < 120; depth++) rule = { '!': [rule] }
    expect(told(rule, { x: 1 })).toMatchObject({ result: true, variables: { x: 1 } })
  })

  test('and keys that every object has are names like all others', () => {
    const data: Json = JSON.parse('{"__proto__": {"constructor": 1}, "toString": 2}')
    const { variables } = told(
      { '+': [{ var: '__proto__.constructor' }, { var: 'toString' }, { var: '__proto__' }] },
      data,
    )
    expect(JSON.stringify(variables)).toContain('"__proto__":{"constructor":1}')
    expect(variables['__proto__.constructor']).toBe(1)
  })
})

describe('an audience', () => {
  test('that wants nothing is told nothing, and the rule is evaluated all the same', () => {
    let wanted = true
    const heard: Json[] = []
    const expression = compileExplained({ '+': [{ var: 'n' }, 1] }, options, {
      wants: () => wanted,
      tell: ({ result = null }) => heard.push(result),
    })
    expect(expression.evaluate({ n: 1 })).toBe(2)
    wanted = false
    expect(expression.evaluate({ n: 2 })).toBe(3)
    wanted = true
    expect(expression.evaluate({ n: 3 })).toBe(4)
    expect(heard).toEqual([2, 4])
    expect(expression.reads).toEqual(['n'])
  })
})

describe('secrets', () => {
  const privacy: Privacy = {
    hides: name => name === 'password',
    text: text => text.replace(/\/\/\S+@/, '//******@'),
  }
  const data = {
    user: { name: 'Ada', password: 'hunter2', url: 'http://u:hunter2@h' },
    list: [{ password: 'hunter2' }],
  }

  test.each<[Json]>([
    [{ var: 'user.password' }],
    [{ var: ['other.password', 'hunter2'] }],
    [{ var: 'user' }],
    [{ val: ['user', 'password'] }],
    [{ cat: ['a', { var: 'user.password' }] }],
    [{ cat: [{ var: 'user' }] }],
    [{ '==': [{ var: 'user.password' }, 'hunter2!'] }],
    [{ in: ['hunter2', { var: 'user.password' }] }],
    [{ map: [{ var: 'list' }, { var: 'password' }] }],
    [{ map: [{ var: 'list' }, { upper: { var: 'password' } }] }],
    [{ throw: { var: 'user.password' } }],
    [{ throw: { type: { cat: ['x', { var: 'user.password' }] } } }],
    [{ split: [{ var: 'user.password' }, 'u'] }],
    [{ and: [{ '===': [{ var: 'user.password' }, { cat: ['hunter', '3'] }] }, true] }],
    [{ var: 'user.url' }],
    [{ reduce: [{ var: 'list' }, { cat: [{ var: 'accumulator' }, { var: 'current.password' }] }, ''] }],
    [{ user: { var: 'user.name' }, password: 'hunter2' }],
  ])('%j shows none', rule => {
    expect(JSON.stringify(told(rule, data, privacy)).toLowerCase()).not.toContain('hunter')
  })

  test('hide only themselves and what is made of them', () => {
    const rule = {
      and: [{ '!=': [{ var: 'user.password' }, null] }, { '==': [{ var: 'user.name' }, 'Bob'] }],
    }
    expect(told(rule, data, privacy)).toMatchObject({
      variables: { 'user.password': '******', 'user.name': 'Ada' },
      decided_by: { operands: [{ value: 'Ada' }, { value: 'Bob' }] },
    })
    expect(JSON.stringify(told({ var: 'user' }, data))).toContain('hunter2')
  })
})
