import type { Json } from '../../src/std/json.ts'
import { type Attack, type Ending, exhausts, fails, gives, harmless, nested, range, rule } from './attack.ts'

const sofar: Json = { var: 'accumulator' }
const manyTexts: Json = {
  split: [{ reduce: [range(15), { cat: [sofar, sofar] }, 'a,'] }, ','],
}
const forEachText = (body: Json): Json => ({ map: [manyTexts, body] })
const thousandTimes = (body: Json): Json => ({ map: [range(1000), body] })
const operations = exhausts('ops_budget = 1000000')

function attack(name: string, logic: Json, ends: Ending): Attack {
  return { name, tasks: rule(logic), ends }
}

/** A date that is not known before it is made. */
const date: Json = { cat: ['2024-01-01T00:00:00', { if: [{ var: '' }, 'Z', 'z'] }] }

/** Operators whose single call takes long. */
export const costlyAttacks: readonly Attack[] = [
  attack(
    'formats of days and months',
    forEachText({ format_date: [date, { cat: ['%A %B %c', { var: '' }] }] }),
    operations,
  ),
  attack(
    'dates read by a format',
    forEachText({ parse_date: [{ cat: ['2024-01-0', { if: [{ var: '' }, '2', '1'] }] }, 'yyyy-MM-dd'] }),
    operations,
  ),
  attack(
    'dates and durations added',
    forEachText({ '+': [{ datetime: date }, { timestamp: '1d' }] }),
    operations,
  ),
  attack(
    'durations of a hundred parts',
    thousandTimes({ timestamp: { cat: [{ var: '' }, 'd:', '1s:'.repeat(80), '2m'] } }),
    harmless,
  ),
  attack(
    'a date among many',
    forEachText({ in: [date, range(100).map(at => `2024-01-01T00:01:${(at % 50) + 10}Z`)] }),
    operations,
  ),
  attack(
    'the time, a million times',
    nested({ now: [] }, 3, inner => ({ map: [range(100), inner] })),
    operations,
  ),
  attack(
    'versions',
    forEachText({ sem_ver: [{ cat: ['1.2.', { if: [{ var: '' }, '3', '4'] }] }, '^', '1.0.0-alpha.beta.1'] }),
    harmless,
  ),
  attack(
    'a thousand variants for a thousand keys',
    thousandTimes({ fractional: [{ cat: ['user', { var: '' }] }, ...range(1000).map(at => [at, 1])] }),
    operations,
  ),
  attack(
    'errors in errors',
    forEachText(nested({ throw: 'x' }, 40, inner => ({ try: [inner, { throw: 'y' }] }))),
    fails,
  ),
  attack('errors that are caught', forEachText({ try: [{ '+': ['x', { var: '' }] }, 0] }), operations),
  attack(
    'an object of nine hundred keys, a thousand times',
    thousandTimes(Object.fromEntries(range(900).map(at => [`k${at}`, { var: '' }]))),
    operations,
  ),
  attack(
    'lists in lists that are compared',
    forEachText({ in: [[{ var: '' }, 1], range(300).map(at => [at, 1])] }),
    operations,
  ),
  attack(
    'texts that differ only at their ends, sorted',
    {
      sort: [
        {
          map: [range(1000), { cat: [{ reduce: [range(12), { cat: [sofar, sofar] }, 'xyz'] }, { var: '' }] }],
        },
      ],
    },
    operations,
  ),
  attack(
    'code points turned around',
    thousandTimes({ slice: [{ reduce: [range(9), { cat: [sofar, sofar] }, '💥'] }, null, null, -1] }),
    operations,
  ),
  attack(
    'a text that grows at its front',
    { in: ['q', { reduce: [manyTexts, { cat: [{ var: 'current' }, sofar] }, ''] }] },
    gives(false),
  ),
  attack(
    'numbers written in full',
    thousandTimes({ cat: [range(900).map(at => (at + 1) * 1e-9)] }),
    operations,
  ),
  attack(
    'missing paths of a long list',
    thousandTimes({ missing: range(900).map(at => `a.b.c${at}`) }),
    operations,
  ),
  {
    name: 'ninety thousand texts, sorted',
    tasks: () => [
      { id: 'p', name: 'p', function: { name: 'parse_json', input: { source: 'payload', target: 'in' } } },
      {
        id: 'm',
        name: 'm',
        function: {
          name: 'map',
          input: { mappings: [{ path: 'temp_data.out', logic: { sort: [{ var: 'data.in' }] } }] },
        },
      },
    ],
    body: () =>
      `{"data":[${range(90_000)
        .map(at => `"${(at * 7919) % 90_001}"`)
        .join(',')}]}`,
    ends: exhausts('ops_budget = 1000000'),
  },
  {
    name: 'sums of integers beyond 2^53',
    tasks: rule({ reduce: [{ var: 'data.in' }, { '+': [{ var: 'current' }, sofar] }, 0] }),
    body: () => `{"data":[${'12345678901234567,'.repeat(50_000)}1]}`,
    ends: harmless,
  },
  {
    name: 'all headers and parameters that a request may have',
    tasks: rule([{ var: 'metadata' }, { var: 'metadata' }]),
    ends: harmless,
  },
]
