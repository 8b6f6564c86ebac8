import type { Json, JsonObject } from '../../src/std/json.ts'
import { parseTask } from '../harness/samples.ts'
import {
  type Attack,
  type Ending,
  exhausts,
  fails,
  harmless,
  mapping,
  range,
  rule,
  task,
  tooLarge,
} from './attack.ts'

const MEGABYTE = 1_048_576
const input: Json = { var: 'data.in' }
const message = exhausts('message_ops_budget = 5000000')

/** As many of an item as fit into the longest body. */
function many(item: string): string {
  return `[${`${item},`.repeat(Math.floor((MEGABYTE - 12 - item.length) / (item.length + 1)))}${item}]`
}

const manyKeys = (value: string) =>
  `{${range(60_000)
    .map(at => `"k${at}":${value}`)
    .join(',')}}`

/** Tasks behind one that brings in `data`. */
function attack(name: string, data: () => string, tasks: readonly JsonObject[], ends: Ending): Attack {
  return { name, tasks: () => [parseTask(), ...tasks], body: () => `{"data":${data()}}`, ends }
}

function map(mappings: readonly JsonObject[]): JsonObject {
  return task('map', { mappings: [...mappings] })
}

const times = (count: number, one: (at: number) => JsonObject) => range(count).map(one)
const tasks = (count: number, one: (at: number) => JsonObject) =>
  times(count, at => ({ ...one(at), id: `t${at}` }))

/** Many writes in one task, into what is large. */
const writing: readonly Attack[] = [
  attack(
    'two thousand writes into a large object',
    () => manyKeys('{}'),
    [map(times(2000, at => ({ path: `data.in.k${at}.a`, logic: at })))],
    harmless,
  ),
  attack(
    'two thousand writes into a large list',
    () => many('{}'),
    [map(times(2000, at => ({ path: `data.in.${at}.a`, logic: at })))],
    tooLarge,
  ),
  attack(
    'two thousand items taken from the front of a large list',
    () => many('{}'),
    [map(times(2000, () => ({ path: 'data.in.0', unset: true })))],
    harmless,
  ),
  attack(
    'a large object merged into a root again and again',
    () => manyKeys('{}'),
    [map(times(500, () => ({ path: 'temp_data', logic: input })))],
    message,
  ),
  attack(
    'a large object that others hold, written again and again',
    () => manyKeys('1'),
    [
      map(
        times(1000, at =>
          at % 2 === 0 ? { path: `temp_data.c${at}`, logic: input } : { path: 'data.in.k0', logic: at },
        ),
      ),
    ],
    message,
  ),
  attack(
    'a large root read whole again and again',
    () => manyKeys('1'),
    [map(times(500, at => ({ path: `temp_data.c${at}`, logic: { var: 'data' } })))],
    harmless,
  ),
  attack(
    'output objects that hold the message many times',
    () => many('[]'),
    [map(times(500, at => ({ path: `temp_data.c${at}`, logic: { a: input, b: input } })))],
    message,
  ),
  {
    name: 'five thousand writes below a path of eight',
    tasks: () => [map(times(5000, at => ({ path: `data.a.b.c.d.e.f.k${at}`, logic: at })))],
    ends: harmless,
  },
  {
    name: 'five thousand items written one by one',
    tasks: () => [map(times(5000, at => ({ path: `data.list.${at}`, logic: at })))],
    ends: harmless,
  },
  {
    name: 'a list padded three hundred times',
    tasks: () => [map(times(300, at => ({ path: `temp_data.list.${(at + 1) * 9999}`, logic: 1 })))],
    ends: harmless,
  },
  {
    name: 'nine thousand mappings that fail',
    tasks: () => [map(times(9000, at => ({ path: `data.k${at}`, logic: { '+': ['x', input] } })))],
    ends: fails,
  },
]

/** Functions that read or write more than they are given. */
const publishing: readonly Attack[] = [
  attack(
    'brackets that become lines with a hundred blanks each',
    () =>
      `[${range(4000)
        .map(() => '['.repeat(110) + ']'.repeat(110))
        .join(',')}]`,
    [task('publish_json', { source: 'in', target: 'out', pretty: true })],
    exhausts('max_result_chars'),
  ),
  attack(
    'a megabyte of ampersands as XML',
    () => `"${'&'.repeat(1_000_000)}"`,
    [task('publish_xml', { source: 'in', target: 'out' })],
    exhausts('max_result_chars'),
  ),
  attack(
    'a megabyte of items as XML',
    () => many('1'),
    [task('publish_xml', { source: 'in', target: 'out' })],
    exhausts('max_result_chars'),
  ),
  attack(
    'keys that are no names as XML',
    () => manyKeys('1').replaceAll('"k', '"é '),
    [task('publish_xml', { source: 'in', target: 'out' })],
    tooLarge,
  ),
  attack(
    'a line of the log with the message three hundred times',
    () => `"${'x'.repeat(900_000)}"`,
    [
      task('log', {
        level: 'error',
        message: 'all of it',
        fields: Object.fromEntries(range(300).map(at => [`f${at}`, input])),
      }),
    ],
    harmless,
  ),
  {
    name: 'a JSON text parsed nine hundred times',
    tasks: () => tasks(900, at => task('parse_json', { source: 'payload', target: `out${at}` })),
    body: () => JSON.stringify({ data: `[${'[],'.repeat(300_000)}[]]` }),
    ends: message,
  },
  {
    name: 'an XML text parsed nine hundred times',
    tasks: () => tasks(900, () => task('parse_xml', { source: 'payload', target: 'out' })),
    body: () => JSON.stringify({ data: `<a>${'<b/>'.repeat(90_000)}</a>` }),
    ends: message,
  },
]

/** Errors that add up. */
const failing: readonly Attack[] = [
  {
    name: 'a million errors',
    tasks: () => tasks(99, () => ({ ...mapping({ 'data.out': { throw: 'x' } }), continue_on_error: true })),
    fields: { loop: { max: 10_000 } },
    ends: exhausts('message_ops_budget = 5000000'),
  },
  attack(
    'five thousand rules that are not met',
    () => '0',
    [
      task('validation', {
        rules: range(5000).map(at => ({ logic: { '>': [input, at] }, message: 'no' })),
      }),
    ],
    harmless,
  ),
  attack(
    'three hundred rules that each search a megabyte',
    () => many('"1"'),
    [
      task('validation', {
        rules: range(300).map(at => ({ logic: { in: [at, input] }, message: 'no' })),
      }),
    ],
    message,
  ),
]

const long = rule({ reduce: [range(20), { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'xy'] })

/** Loops that do much in many sweeps. */
const looping: readonly Attack[] = [
  {
    name: 'ten thousand sweeps of a thousand skipped tasks',
    tasks: () => tasks(990, () => ({ ...mapping({ 'data.x': 1 }), condition: { '==': [input, 1] } })),
    fields: { loop: { max: 10_000 } },
    ends: message,
  },
  {
    name: 'ten thousand sweeps that write into a large list',
    tasks: () => [mapping({ 'temp_data.big.0': { var: 'temp_data.i' } })],
    fields: {
      loop: {
        max: 10_000,
        counter: 'i',
        setup: [{ ...mapping({ 'temp_data.big': { map: [range(5000), { var: '' }] } }), id: 'setup' }],
      },
    },
    ends: harmless,
  },
  {
    name: 'ten thousand sweeps over a long text',
    tasks: long,
    fields: { loop: { max: 10_000 } },
    ends: tooLarge,
  },
]

export const writeAttacks: readonly Attack[] = [...writing, ...publishing, ...failing, ...looping]
