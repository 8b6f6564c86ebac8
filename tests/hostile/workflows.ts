import type { Json, JsonObject } from '../../src/std/json.ts'
import {
  type Attack,
  exhausts,
  fails,
  gives,
  harmless,
  mapping,
  nested,
  range,
  refused,
  task,
  tooLarge,
} from './attack.ts'

const sofar: Json = { var: 'accumulator' }
const long = (path: string): JsonObject =>
  mapping({ [path]: { reduce: [range(20), { cat: [sofar, sofar] }, 'xy'] } })
const operations = { map: [range(300), { map: [range(300), { map: [range(300), 1] }] }] }

function many(count: number, one: (at: number) => JsonObject): Json {
  return range(count).map(at => ({ ...one(at), id: `t${at}` }))
}

/** Workflows whose tasks attack together, or by something else than a rule. */
export const workflowAttacks: readonly Attack[] = [
  {
    name: 'an index far beyond the end',
    tasks: () => [mapping({ 'data.list.999999999': 1 })],
    ends: exhausts('max_array_padding'),
  },
  { name: 'indexes in indexes', tasks: () => [mapping({ 'data.l.9999.9999.9999.9999': 1 })], ends: harmless },
  {
    name: 'many lists that are almost too long',
    tasks: () => many(500, at => mapping({ [`data.l${at}.10000`]: 1 })),
    ends: tooLarge,
  },
  {
    name: 'an index of forty digits',
    tasks: () => [mapping({ [`data.list.${'9'.repeat(40)}`]: 1 })],
    ends: harmless,
  },
  {
    name: 'paths into the prototype chain',
    tasks: () => [mapping({ 'data.__proto__.polluted': 1, 'data.constructor.prototype.polluted': 1 })],
    ends: harmless,
  },
  {
    name: 'a path of a hundred thousand steps',
    tasks: () => [mapping({ [`data${'.a'.repeat(100_000)}`]: 1 })],
    ends: refused('at most 127 parts'),
  },
  {
    name: 'a thousand tasks that use up the message',
    tasks: () => many(1000, () => mapping({ 'data.out': { map: [range(100), { map: [range(100), 1] }] } })),
    ends: exhausts('message_ops_budget = 5000000'),
  },
  { name: 'a thousand long texts', tasks: () => many(1000, at => long(`data.t${at}`)), ends: tooLarge },
  {
    name: 'a text that doubles from task to task',
    tasks: () =>
      many(40, () => mapping({ 'data.out': { cat: [{ var: 'data.out' }, { var: 'data.out' }, 'xy'] } })),
    ends: exhausts('max_result_chars = 4000000'),
  },
  {
    name: 'a value in a value, task after task',
    tasks: () => many(1000, () => mapping({ 'data.out': [{ var: 'data.out' }] })),
    ends: exhausts('levels'),
  },
  {
    name: 'pairs of pairs, task after task',
    tasks: () => many(60, () => mapping({ 'data.out': [{ var: 'data.out' }, { var: 'data.out' }] })),
    ends: exhausts('ops_budget'),
  },
  {
    name: 'a long text in JSON in JSON, task after task',
    tasks: () => [
      long('data.out'),
      ...range(30).map(at => ({ ...task('publish_json', { source: 'out', target: 'out' }), id: `j${at}` })),
    ],
    ends: exhausts('max_result_chars'),
  },
  {
    name: 'JSON of JSON, with twice the backslashes each time',
    tasks: () => [
      mapping({ 'data.out': '\\"' }),
      ...range(40).map(at => ({ ...task('publish_json', { source: 'out', target: 'out' }), id: `j${at}` })),
    ],
    ends: exhausts('max_result_chars'),
  },
  {
    name: 'XML of what shares its parts',
    tasks: () => [
      mapping({
        'temp_data.x': { reduce: [range(17), [sofar, sofar], 1] },
        'data.x': { var: 'temp_data.x' },
      }),
      task('publish_xml', { source: 'x', target: 'out' }),
    ],
    ends: tooLarge,
  },
  {
    name: 'a log line of megabytes',
    tasks: () => [long('temp_data.t'), task('log', { level: 'error', message: { var: 'temp_data.t' } })],
    ends: harmless,
  },
  {
    name: 'a condition that uses up its budget',
    tasks: () => [{ ...mapping({ 'data.out': 1 }), condition: operations }],
    ends: exhausts('ops_budget = 1000000'),
  },
  {
    name: 'a filter that uses up its budget',
    tasks: () => [
      task('filter', { condition: operations, on_reject: 'skip' }),
      { ...mapping({ 'data.out': 1 }), id: 'after' },
    ],
    ends: exhausts('ops_budget = 1000000'),
  },
  {
    name: 'a validation that uses up its budget',
    tasks: () => [task('validation', { rules: [{ logic: operations, message: 'no' }] })],
    ends: exhausts('ops_budget = 1000000'),
  },
  {
    name: 'a budget used up in a task that may fail',
    tasks: () => [
      { ...mapping({ 'data.out': operations }), continue_on_error: true },
      { ...mapping({ 'data.out': 'after' }), id: 'after' },
    ],
    ends: gives('after'),
  },
  {
    name: 'a thousand and one tasks',
    tasks: () => many(1001, () => mapping({ 'data.out': 1 })),
    ends: refused('1000'),
  },
  {
    name: 'a rule 120 deep',
    tasks: () => [mapping({ 'data.out': nested(1, 50, inner => ({ '!': [inner] })) })],
    ends: gives(true),
  },
  {
    name: 'the whole context in itself',
    tasks: () => many(20, () => mapping({ 'data.all': { var: '' } })),
    ends: harmless,
  },
  {
    name: 'a loop that does nothing, as often as it may',
    tasks: () => [mapping({ 'temp_data.x': 1 })],
    fields: { loop: { max: 10_000 } },
    ends: harmless,
  },
  {
    name: 'a loop of costly rules',
    tasks: () => [mapping({ 'data.out': { map: [range(300), { map: [range(300), 1] }] } })],
    fields: { loop: { max: 10_000 } },
    ends: exhausts('message_ops_budget = 5000000'),
  },
  {
    name: 'a loop of long texts',
    tasks: () => [long('data.out')],
    fields: { loop: { max: 10_000 } },
    ends: tooLarge,
  },
  {
    name: 'a list that a loop doubles',
    tasks: () => [extending({ var: 'data.out' })],
    fields: { loop: { max: 10_000, setup: [{ ...mapping({ 'data.out': [1, 2] }), id: 'setup' }] } },
    ends: exhausts('100000 items (engine.max_result_items)'),
  },
  {
    name: 'a list that a loop appends to',
    tasks: () => [extending(range(300))],
    fields: { loop: { max: 10_000, setup: [{ ...mapping({ 'data.out': [] }), id: 'setup' }] } },
    ends: exhausts('100000 items (engine.max_result_items)'),
  },
  {
    name: 'a loop over a list of a hundred thousand',
    tasks: () => [mapping({ 'data.out': { var: 'temp_data.item' } })],
    fields: {
      loop: {
        max: 10_000,
        over: { split: [{ reduce: [range(15), { cat: [sofar, sofar] }, 'a,'] }, ','] },
        as: 'item',
      },
    },
    ends: harmless,
  },
  {
    name: 'a computed index far beyond the end',
    tasks: () => [computed({ cat: ['data.list.', '999999999'] })],
    ends: exhausts('max_array_padding'),
  },
  {
    name: 'a computed path of many steps',
    tasks: () => [computed({ cat: ['data', { reduce: [range(17), { cat: [sofar, sofar] }, '.a'] }] })],
    ends: fails,
  },
  {
    name: 'a computed path into the prototype chain',
    tasks: () => [computed({ cat: ['data.__proto__', '.polluted'] })],
    ends: harmless,
  },
]

function computed(path: Json): JsonObject {
  return task('map', { mappings: [{ path, logic: 1 }] })
}

function extending(logic: Json): JsonObject {
  return task('map', { mappings: [{ path: 'data.out', logic, mode: 'extend' }] })
}
