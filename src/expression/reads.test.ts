import { expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { compile } from './compile.ts'
import { defaultLimits } from './expression.ts'

function reads(rule: Json): readonly string[] | 'any' {
  const found = compile(rule, { mode: 'template', limits: defaultLimits }).reads
  return found === 'any' ? found : found.toSorted()
}

const item: Json = { var: '' }

test.each<[Json, readonly string[] | 'any']>([
  // constants
  [1, []],
  [{ '+': [1, 2] }, []],
  // variables
  [{ var: 'a.b' }, ['a.b']],
  [{ val: ['a', 'b', 0] }, ['a.b.0']],
  [{ var: '' }, ['']],
  [{ var: [] }, ['']],
  [{ val: [] }, ['']],
  [{ val: 'a.b' }, ['']],
  [{ val: ['a', 'b.c', 'd'] }, ['a']],
  [{ var: ['a', { var: 'b' }] }, ['a', 'b']],
  [{ x: { var: 'a' }, y: [{ var: 'b' }] }, ['a', 'b']],
  [{ '==': [{ var: 'a' }, { var: 'a' }] }, ['a']],
  // computed paths
  [{ var: { var: 'k' } }, 'any'],
  [{ var: [{ cat: ['metadata.', { var: 'k' }] }] }, 'any'],
  [{ val: ['metadata', { var: 'k' }] }, ['k', 'metadata']],
  [{ val: [[1], { var: 'k' }] }, ['', 'k']],
  [{ val: [[1], 'metadata', { var: 'k' }] }, ['k', 'metadata']],
  // checks of presence
  [{ missing: ['a.b', 'c'] }, ['a.b', 'c']],
  [{ missing: [['a', 'b']] }, ['a', 'b']],
  [{ missing: { var: 'l' } }, 'any'],
  [{ missing_some: [1, ['a', 'b']] }, ['a', 'b']],
  [{ missing_some: [1, { var: 'l' }] }, 'any'],
  [{ exists: ['a', 'b'] }, ['a.b']],
  [{ exists: { var: 'k' } }, 'any'],
  [{ exists: ['a', { var: 'k' }] }, ['a', 'k']],
  [
    {
      fractional: [
        ['a', 1],
        ['b', 1],
      ],
    },
    ['$flagd.flagKey', 'targetingKey'],
  ],
  // bodies of iterators see their item, and reach out by scope access only
  [{ map: [{ var: 'l' }, { var: 'headers' }] }, ['l']],
  [{ map: [{ var: 'l' }, item] }, ['l']],
  [{ map: [{ var: 'l' }, { var: { var: 'k' } }] }, ['l']],
  [{ map: [{ var: 'l' }, { missing: { var: 'k' } }] }, ['l']],
  [{ map: [{ var: 'l' }, { val: [[1], 'metadata', 'headers'] }] }, ['l', 'metadata.headers']],
  [{ map: [{ var: 'l' }, { val: [[0], 'metadata'] }] }, ['l']],
  [{ val: [[0], 'metadata'] }, ['metadata']],
  [{ map: [{ var: 'l' }, { val: [[2]] }] }, ['', 'l']],
  [{ map: [{ var: 'l' }, { map: [{ var: 'm' }, { val: [[2], 'root'] }] }] }, ['l', 'root']],
  [
    { reduce: [{ var: 'l' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, { var: 'start' }] },
    ['l', 'start'],
  ],
  [{ sort: [{ var: 'l' }, { var: 'up' }, { var: 'key' }] }, ['l', 'up']],
  [{ filter: [{ var: 'l' }, { '===': [{ var: 'x' }, { val: [[1], 'y'] }] }] }, ['l', 'y']],
  // the catch arm may run on the data itself
  [{ try: [{ var: 'a' }, { var: 'b' }] }, ['a', 'b']],
  [{ map: [{ var: 'l' }, { try: [{ var: 'a' }, { var: { var: 'b' } }] }] }, ['l']],
  // an operator that is none does not run its arguments
  [
    { if: [{ var: 'a' }, { switch: [{ var: 'b' }, [[{ var: 'c' }, { var: 'd' }]], { var: 'e' }] }] },
    ['a', 'b', 'c', 'd', 'e'],
  ],
])('%j reads %j', (rule, expected) => {
  expect(reads(rule)).toEqual(expected)
})
