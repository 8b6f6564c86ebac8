import { expect, test } from 'bun:test'
import fc from 'fast-check'
import jsonLogic from 'json-logic-js'
import { compile } from '../../src/expression/compile.ts'
import { defaultLimits } from '../../src/expression/expression.ts'
import type { Json, JsonObject } from '../../src/std/json.ts'

/*
 * What Orion and json-logic-js mean alike: numbers with numbers, texts with texts, and everything that only asks for
 * the truth of a value. {} is false in Orion and true there, so data has no empty objects; nothing is in an empty text there.
 */

const data: JsonObject = {
  n: 5,
  m: -2.5,
  zero: 0,
  s: 'text',
  empty: '',
  yes: true,
  no: false,
  nothing: null,
  o: { n: 7, s: 'inner', l: [1] },
  l: [3, 1, 2],
  objects: [
    { n: 1, s: 'a' },
    { n: 2, s: 'b' },
  ],
}

/** Inside an iterator the variables of the data are absent, and null differs: constants only. */
const limit = fc.integer({ min: -5, max: 5 })

const { number, truth, text } = fc.letrec<{ number: Json; truth: Json; text: Json; any: Json }>(tie => ({
  number: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: -20, max: 20 }),
    fc.constantFrom<Json>({ var: 'n' }, { var: 'm' }, { var: 'o.n' }, { var: 'l.1' }, { var: ['gone', 4] }),
    fc
      .tuple(fc.constantFrom('+', '-', '*'), tie('number'), tie('number'))
      .map(([name, a, b]) => ({ [name]: [a, b] })),
    fc.tuple(tie('truth'), tie('number'), tie('number')).map(args => ({ if: args })),
    fc.tuple(tie('number'), tie('number')).map(args => ({ max: args })),
    limit.map(by => ({
      reduce: [
        { map: [{ var: 'l' }, { '*': [{ var: '' }, by] }] },
        { '+': [{ var: 'accumulator' }, { var: 'current' }] },
        0,
      ],
    })),
  ),
  text: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>('a', 'gold', '', { var: 's' }, { var: 'o.s' }, { var: 'empty' }),
    fc.tuple(tie('text'), tie('text')).map(args => ({ cat: args })),
    fc.tuple(tie('text'), fc.integer({ min: -3, max: 3 })).map(args => ({ substr: args })),
    fc.tuple(tie('truth'), tie('text'), tie('text')).map(args => ({ if: args })),
  ),
  truth: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(true, false, { var: 'yes' }, { var: 'no' }),
    fc
      .tuple(fc.constantFrom('<', '<=', '>', '>=', '===', '!==', '==', '!='), tie('number'), tie('number'))
      .map(([name, a, b]) => ({ [name]: [a, b] })),
    fc
      .tuple(fc.constantFrom('===', '!==', '==', '!='), tie('text'), tie('text'))
      .map(([name, a, b]) => ({ [name]: [a, b] })),
    fc.tuple(tie('number'), tie('number'), tie('number')).map(args => ({ '<': args })),
    fc.tuple(tie('any')).map(args => ({ '!': args })),
    fc.tuple(tie('any')).map(args => ({ '!!': args })),
    fc.tuple(tie('truth'), tie('truth')).map(args => ({ and: args })),
    fc.tuple(tie('truth'), tie('truth')).map(args => ({ or: args })),
    fc.tuple(tie('text'), tie('text')).map(([part, whole]) => ({ in: [part, { cat: ['-', whole] }] })),
    fc
      .tuple(fc.constantFrom('some', 'all', 'none'), limit)
      .map(([name, least]) => ({ [name]: [{ var: 'objects' }, { '<': [{ var: 'n' }, least] }] })),
  ),
  any: fc.oneof(
    { maxDepth: 4 },
    tie('number'),
    tie('text'),
    tie('truth'),
    fc.constantFrom<Json>(
      { var: 'nothing' },
      { var: 'l' },
      { var: 'o' },
      { var: 'gone' },
      { missing: ['n', 'gone', 'o.x'] },
    ),
    limit.map(least => ({ filter: [{ var: 'l' }, { '>': [{ var: '' }, least] }] })),
    limit.map(by => ({ map: [{ var: 'objects' }, { '+': [{ var: 'n' }, by] }] })),
    fc.tuple(tie('number'), tie('text')).map(args => ({ merge: [{ var: 'l' }, args] })),
  ),
}))

test.each([
  ['numbers', number],
  ['texts', text],
  ['truths', truth],
])('%s are what json-logic-js says', (_, rules) => {
  fc.assert(
    fc.property(rules, rule => {
      const ours = compile(rule, { mode: 'plain', limits: defaultLimits }).evaluate(data)
      const theirs: Json = jsonLogic.apply(rule, data)
      expect(ours === 0 ? 0 : ours).toEqual(theirs === 0 ? 0 : theirs)
    }),
    { numRuns: 2000 },
  )
})
