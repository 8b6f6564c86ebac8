import type { Json } from '../../src/std/json.ts'
import { type Attack, type Ending, exhausts, fails, gives, nested, range, refused, rule } from './attack.ts'

const sofar: Json = { var: 'accumulator' }
const doubledText: Json = { cat: [sofar, sofar] }
const doubledList: Json = [sofar, sofar]

/** `count` steps from an accumulator to the next. */
function steps(count: number, step: Json, initial: Json): Json {
  return { reduce: [range(count), step, initial] }
}

/** As many steps as a text of the rule has parts, which is more than a rule may have nodes. */
function manySteps(step: Json, initial: Json): Json {
  return { reduce: [manyTexts, step, initial] }
}

/** `text` 2^20 times: a text of megabytes out of a rule of fifty characters. */
const long = (text: string): Json => steps(20, doubledText, text)
const longText = long('xy')
const manyTexts: Json = { split: [steps(15, doubledText, 'a,'), ','] }
const thousandTimes = (body: Json): Json => ({ map: [range(1000), body] })
const forEachText = (body: Json): Json => ({ map: [manyTexts, body] })
const inThreeLoops = (loop: string, innermost: Json): Json =>
  nested(innermost, 3, body => ({ [loop]: [range(300), body] }))

const chars = exhausts('max_result_chars = 4000000')
const items = exhausts('max_result_items = 100000')
const operations = exhausts('ops_budget = 1000000')
const levels = exhausts('levels = 500')

function attack(name: string, logic: Json, ends: Ending): Attack {
  return { name, tasks: rule(logic), ends }
}

/** Rules that grow what they have. */
const growing: readonly Attack[] = [
  attack('a text that doubles sixty times', steps(60, doubledText, 'xy'), chars),
  attack('a list that doubles sixty times', steps(60, { merge: [sofar, sofar] }, [1, 2]), items),
  attack('pairs of pairs, forty times over', steps(40, doubledList, 1), operations),
  attack('objects of objects, forty times over', steps(40, { a: sofar, b: sofar }, 1), operations),
  attack('a list in a list, 3,000 times over', steps(3000, [sofar], 1), levels),
  attack('a list in a list, 32,000 times over', manySteps([sofar], 1), levels),
  attack('a list that grows by one', manySteps({ merge: [sofar, [{ var: 'current' }]] }, []), operations),
  attack('lists of lists as text', steps(30, { cat: [doubledList, ''] }, [1]), chars),
  attack('JSON of what shares its parts', { cat: [{ a: steps(20, doubledList, 1) }] }, operations),
  attack('a million code points', { split: [longText, ''] }, items),
  attack('a million parts', { split: [longText, 'x'] }, items),
  attack('splitting and joining over and over', thousandTimes({ cat: [manyTexts] }), operations),
  attack(
    'a million numbers',
    nested(1, 4, inner => ({ map: [range(100), inner] })),
    operations,
  ),
  attack(
    'sixteen thousand operands',
    nested(2, 13, inner => ({ '*': [inner, inner] })),
    refused('max_logic_nodes = 10000'),
  ),
]

/** Rules that only take long. */
const lasting: readonly Attack[] = [
  attack('three loops in each other', inThreeLoops('map', 1), operations),
  attack('three filters in each other', inThreeLoops('filter', true), operations),
  attack('three quantifiers in each other', inThreeLoops('all', { '!=': [{ var: '' }, -1] }), operations),
  attack('three reductions in each other', inThreeLoops('reduce', sofar), operations),
  attack('sorting in a loop', forEachText({ sort: [range(100)] }), operations),
  attack(
    'sorting by a costly key',
    { sort: [manyTexts, true, { cat: [longText, { var: '' }] }] },
    operations,
  ),
  attack('searching a long text again and again', thousandTimes({ in: ['zz', longText] }), operations),
  attack('searching a long list again and again', forEachText({ in: [{ var: '' }, range(300)] }), operations),
  attack('long texts in upper case', thousandTimes({ upper: longText }), operations),
  attack('long Greek texts in lower case', { lower: long('Σİ') }, operations),
  attack('long ligatures in upper case', { upper: long('ﬁ') }, operations),
  attack(
    'comparing long texts',
    thousandTimes({ '==': [{ cat: [longText, 'a'] }, { cat: [longText, 'b'] }] }),
    operations,
  ),
  attack(
    'ordering long texts',
    thousandTimes({ '<': [{ cat: [longText, 'a'] }, { cat: [longText, 'b'] }] }),
    operations,
  ),
  attack(
    'comparing what shares its parts',
    { '===': [steps(30, doubledList, 1), steps(30, doubledList, 1)] },
    operations,
  ),
  attack('counting code points', thousandTimes({ length: long('💥') }), operations),
  attack(
    'parts of a long text of pairs',
    thousandTimes({ substr: [steps(19, doubledText, '💥'), -10] }),
    operations,
  ),
  attack('trimming a megabyte of blanks', thousandTimes({ trim: long(' ') }), operations),
  attack('a long text backwards', { slice: [longText, null, null, -1] }, operations),
  attack('a long list backwards', thousandTimes({ slice: [manyTexts, null, null, -1] }), operations),
  attack('the type of long texts', thousandTimes({ type: longText }), operations),
  attack('long paths', thousandTimes({ var: steps(15, doubledText, 'a.') }), operations),
  attack('many missing paths', thousandTimes({ missing: [manyTexts] }), operations),
  attack(
    'cases of a long switch',
    forEachText({ switch: [{ var: '' }, range(300).map(n => [`${n}`, n]), 0] }),
    operations,
  ),
  attack('prefixes of long texts', thousandTimes({ starts_with: [longText, longText] }), operations),
  attack('the hash of a long key', { fractional: [longText, ['a', 1], ['b', 1]] }, operations),
  attack('adding numbers of a million digits', thousandTimes({ '+': [long('1'), 1] }), operations),
  attack(
    'a million digits that are no number',
    thousandTimes({ try: [{ '+': [{ cat: [long('1'), 'x'] }, 1] }, 0] }),
    operations,
  ),
  attack(
    'a message that it throws, of any size',
    { throw: steps(40, { a: sofar, b: sofar }, 1) },
    operations,
  ),
]

/** Rules that try to get around a budget, or out of the engine. */
const evading: readonly Attack[] = [
  attack('try around a budget', { try: [steps(60, doubledText, 'xy'), 'swallowed'] }, chars),
  attack(
    'fifty times try around a budget',
    nested(inThreeLoops('map', 1), 50, inner => ({ try: [inner, 1] })),
    operations,
  ),
  attack(
    'or and ?? around a budget',
    { or: [{ '??': [inThreeLoops('map', 1), 1] }, { var: 'data' }] },
    operations,
  ),
  attack(
    'a budget in an argument that is thrown away',
    { if: [{ '!!': [inThreeLoops('map', 1)] }, 1, 2] },
    operations,
  ),
  attack(
    'the constructor of everything',
    [{ var: '__proto__.constructor.constructor' }, { val: ['constructor', 'prototype'] }],
    gives([null, null]),
  ),
  attack('the constructor of a text', { var: ['data.constructor.constructor', 'absent'] }, gives('absent')),
  attack(
    'methods of lists',
    { map: [[[1]], [{ var: 'map' }, { var: 'length' }, { var: '__proto__' }]] },
    gives([[null, null, null]]),
  ),
  attack(
    'output keys of the prototype chain',
    JSON.parse('{"__proto__":{"polluted":1},"constructor":2}'),
    gives(JSON.parse('{"__proto__":{"polluted":1},"constructor":2}')),
  ),
  attack('operators of the prototype chain', { toString: [1] }, gives({ toString: [1] })),
  attack(
    'a case named like the prototype chain',
    {
      switch: [
        '__proto__',
        [
          ['constructor', 1],
          ['__proto__', 2],
        ],
        3,
      ],
    },
    gives(2),
  ),
]

/** Arguments that are nonsense. */
const nonsense: readonly Attack[] = [
  attack(
    'weights beyond all bounds',
    { fractional: ['k', ['a', -5], ['b', 1e300], ['c', 'x']] },
    gives(null),
  ),
  attack('no weights at all', { fractional: ['k', ['a', 0], ['b', 0]] }, gives(null)),
  attack('three thousand variants', { fractional: ['k', ...range(3000).map(n => [n, 1])] }, gives(2434)),
  attack('a version of a hundred thousand parts', { sem_ver: ['1.'.repeat(100_000), '=', '1'] }, gives(null)),
  attack('a version of long names', { sem_ver: [`1.0.0-${'a-'.repeat(5000)}`, '^', '1'] }, gives(null)),
  attack('a relation that is none', { sem_ver: ['1.0.0', '__proto__', '1.0.0'] }, gives(null)),
  attack(
    'a date beyond the calendar',
    { '+': ['9999-12-31T23:59:59Z', { timestamp: '999999999999d' }] },
    fails,
  ),
  attack('a year of forty digits', { datetime: `${'9'.repeat(40)}-01-01T00:00:00` }, fails),
  attack('a duration of a hundred thousand parts', { timestamp: '1d'.repeat(100_000) }, fails),
  attack(
    'a format of a hundred thousand fields',
    { format_date: ['2024-01-01T00:00:00Z', '%c'.repeat(100_000)] },
    fails,
  ),
  attack('a format that fits in many ways', { parse_date: ['1'.repeat(250), `${'%Y'.repeat(60)}x`] }, fails),
  attack('an index beyond all arrays', { val: [[1, 2], 1e300] }, gives(null)),
  attack('scopes that are not there', { map: [[1], { val: [[1e9], 'x'] }] }, gives([null])),
  attack('a step of zero', { slice: ['abc', 0, 1, 0] }, fails),
  attack('numbers that become infinite', { '*': [1e308, 1e308] }, gives(null)),
]

export const ruleAttacks: readonly Attack[] = [...growing, ...lasting, ...evading, ...nonsense]
