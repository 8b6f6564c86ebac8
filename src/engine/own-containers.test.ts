import { describe, expect, test } from 'bun:test'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import type { Task } from './functions-api.ts'
import { OwnContainers } from './own-containers.ts'
import { compiled, custom, run, task } from './test-run.ts'
import { recordTrace } from './trace-recorder.ts'

/** `data` after a `map` task without audit trail, which is where lists grow in place. */
function written(mappings: Json[], data: JsonObject = {}, loop: JsonObject | null = null): Json {
  const workflow = compiled([task('m', 'map', { mappings })], { loop })
  return run(workflow, { data, capture: false }).message.context.data
}

const append = (path: Json, logic: Json) => ({ path, logic, mode: 'append' })
const list = { var: 'data.l' }

describe('a list that grows in place', () => {
  test.each<[what: string, mapping: JsonObject, copy: Json]>([
    ['as it is', { path: 'data.copy', logic: list }, [1]],
    ['inside an object', { path: 'data.copy', logic: { l: list, n: 1 } }, { l: [1], n: 1 }],
    ['inside its root', { path: 'data.copy', logic: { merge: [[{ var: 'data' }]] } }, [{ l: [1] }]],
    ['by a computed path', { path: 'data.copy', logic: { var: { cat: ['data', '.l'] } } }, [1]],
    ['by a default', { path: 'data.copy', logic: { var: ['data.none', list] } }, [1]],
    ['in another list', { path: 'data.copy', logic: list, mode: 'append' }, [[1]]],
    ['by its elements', { path: 'data.copy', logic: list, mode: 'extend' }, [1]],
    ['at a computed path', { path: { cat: ['data.', 'copy'] }, logic: list }, [1]],
  ])('is not seen by what was copied from it %s', (_what, mapping, copy) => {
    const data = written([append('data.l', 1), mapping, append('data.l', 2), append('data.l', 3)])
    expect(data).toEqual({ l: [1, 2, 3], copy })
  })

  test('is not seen by a copy that parse_json made', () => {
    const tasks = [
      task('a', 'map', { mappings: [append('data.l', 1)] }),
      task('p', 'parse_json', { source: 'data.l', target: 'copy' }),
      task('b', 'map', { mappings: [append('data.l', 2)] }),
    ]
    expect(run(compiled(tasks), { capture: false }).message.context.data).toEqual({ l: [1, 2], copy: [1] })
  })

  test('may be what a loop runs over', () => {
    const setup = [task('s', 'map', { mappings: [append('data.l', 1), append('data.l', 2)] })]
    const loop = { max: 100, over: list, as: 'x', setup }
    const workflow = compiled([task('m', 'map', { mappings: [append('data.l', { var: 'temp_data.x' })] })], {
      loop,
    })
    expect(run(workflow, { capture: false }).message.context.data).toEqual({ l: [1, 2, 1, 2] })
  })

  test('is not one of the rule, of the payload or of the caller', () => {
    const constant = [1]
    const mappings = [{ path: 'data.l', logic: constant }, append('data.l', 2), append('data.l', 3)]
    expect(written(mappings)).toEqual({ l: [1, 2, 3] })
    expect(constant).toEqual([1])
    const data = { l: [1] }
    expect(written([append('data.l', 2), append('data.l', 3)], { ...data })).toEqual({ l: [1, 2, 3] })
    expect(data).toEqual({ l: [1] })
  })

  test('is what is there and nothing that was there', () => {
    const mappings = [
      append('data.l', 1),
      { path: 'data.l', logic: { merge: ['new'] } },
      append('data.l', 2),
      { path: 'data.l', unset: true },
      append('data.l', 3),
    ]
    expect(written(mappings)).toEqual({ l: [3] })
    expect(written([append('data.l', 1), { path: 'data.l.0', logic: 'x' }, append('data.l', 2)])).toEqual({
      l: ['x', 2],
    })
  })

  test('is not seen by the steps of a trace, nor by recorded changes', () => {
    const trace = recordTrace()
    const tasks = ['a', 'b', 'c'].map(id => task(id, 'map', { mappings: [append('data.l', id)] }))
    const { message } = run(compiled(tasks), { observer: trace })
    expect(trace.steps.map(step => step.message?.context.data)).toEqual([
      { l: ['a'] },
      { l: ['a', 'b'] },
      { l: ['a', 'b', 'c'] },
    ])
    expect(message.audit_trail.flatMap(entry => entry.changes.map(change => change.new_value))).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  test('is one list from the first item to the last', () => {
    const seen = new Set<Json | undefined>()
    const look: Task = ({ message: { context } }) => {
      seen.add(isObject(context.data) ? context.data.l : undefined)
      return 200
    }
    const tasks = [task('m', 'map', { mappings: [append('data.l', { n: 1 })] }), task('l', 'look', {})]
    const workflow = compiled(tasks, { loop: { max: 1000 } }, { functions: [custom('look', look)] })
    const { message } = run(workflow, { capture: false })
    expect(message.context.data).toMatchObject({ l: { length: 1000 } })
    expect(seen.size).toBe(1)
  })
})

describe('an object that grows in place', () => {
  const write = (key: string, logic: Json) => ({ path: `data.o.${key}`, logic })
  const many = (prefix: string) => Array.from({ length: 40 }, (_, at) => write(`${prefix}${at}`, at))
  const object = { var: 'data.o' }

  test('is one object however often it is written', () => {
    const seen = new Set<Json | undefined>()
    const look: Task = ({ message: { context } }) => {
      seen.add(isObject(context.data) ? context.data.o : undefined)
      return 200
    }
    const tasks = [
      task('m', 'map', { mappings: many('a') }),
      task('l', 'look', {}),
      task('n', 'map', { mappings: [...many('b'), { path: 'data.o.a0', unset: true }] }),
      task('k', 'look', {}),
    ]
    const { message } = run(compiled(tasks, {}, { functions: [custom('look', look)] }), { capture: false })
    expect(seen.size).toBe(1)
    expect(Object.keys(Object(message.context.data).o)).toHaveLength(79)
  })

  test.each<[what: string, logic: Json, holds: (copy: unknown) => unknown]>([
    ['as it is', object, copy => copy],
    ['in a list', [object], copy => Object(copy)[0]],
    ['in its root', { merge: [[{ var: 'data' }]] }, copy => Object(copy)[0].o],
  ])('is not seen by what was copied from it %s', (_what, logic, holds) => {
    const mappings = [...many('a'), { path: 'data.copy', logic }, write('a0', 'new'), ...many('b')]
    const data = Object(written(mappings))
    expect(Object.keys(Object(holds(data.copy)))).toHaveLength(40)
    expect(Object(holds(data.copy)).a0).toBe(0)
    expect(data.o.a0).toBe('new')
    expect(Object.keys(data.o)).toHaveLength(80)
  })

  test('is not one of the payload', () => {
    const payload = { o: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, at])) }
    const tasks = [
      task('p', 'parse_json', { source: 'payload.o', target: 'o' }),
      task('m', 'map', { mappings: [write('k0', 'x'), write('k1', 'y')] }),
    ]
    run(compiled(tasks), { payload, capture: false })
    expect(payload.o).toMatchObject({ k0: 0, k1: 1 })
  })
})

describe('what is copied counts against the budget of the message', () => {
  const big = { o: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, at])) }
  const shared = [
    { path: 'temp_data.copy', logic: { var: 'data.o' } },
    { path: 'data.o.x', logic: 1 },
  ]

  test.each<[what: string, mappings: Json[]]>([
    ['objects that are written while others hold them', [...shared, ...shared, ...shared]],
    ['objects that are merged into a root', Array(3).fill({ path: 'temp_data', logic: { var: 'data.o' } })],
    ['nulls before an index', [...'abc'].map(key => ({ path: `data.${key}.100.100.100`, logic: 1 }))],
    [
      'roots that are read whole',
      Array(3).fill({ path: 'temp_data.n', logic: { length: [[{ var: 'data' }]] } }),
    ],
  ])('%s', (what, mappings) => {
    const data = what.startsWith('roots') ? { ...big.o } : { ...big }
    const workflow = compiled([task('m', 'map', { mappings })])
    const spent = (messageOpsBudget: number) =>
      run(workflow, { data: { ...data }, capture: false, messageOpsBudget })
    const limit = what.startsWith('nulls') ? 100 : 2500
    expect(spent(5_000_000).outcome).toEqual({ status: 'ok' })
    expect(spent(limit).outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  })

  test('but not what only the run holds', () => {
    const mappings = Array.from({ length: 100 }, (_, at) => ({ path: `data.o.n${at}`, logic: at }))
    const workflow = compiled([task('m', 'map', { mappings })])
    const { outcome } = run(workflow, { data: { ...big }, capture: false, messageOpsBudget: 2500 })
    expect(outcome).toEqual({ status: 'ok' })
  })
})

describe('own containers', () => {
  const found: Json[] = [1]

  test('are those that were added, until what is above, at or below their path is read', () => {
    for (const [read, isShared] of [
      ['data', true],
      ['', true],
      ['data.l', true],
      ['data.l.0', true],
      ['data.list', false],
      ['temp_data', false],
    ] as const) {
      const lists = new OwnContainers()
      lists.add('data.l', found)
      lists.share([read])
      expect(!lists.has('data.l', found)).toBe(isShared)
    }
  })

  test('are the very list, not one that is equal', () => {
    const lists = new OwnContainers()
    lists.add('data.l', found)
    expect(lists.has('data.l', found)).toBe(true)
    expect(lists.has('data.l', [1])).toBe(false)
    expect(lists.has('data.m', found)).toBe(false)
  })

  test.each(['data.l.#m', 'data.l.0', 'data.l.+1.x', 'data.l.01'])(
    'at %p, which reads in more ways than one, end with what is above it',
    path => {
      const lists = new OwnContainers()
      lists.add(path, found)
      expect(lists.has(path, found)).toBe(true)
      lists.share(['data.l.1'])
      expect(lists.has(path, found)).toBe(false)
    },
  )

  test('are none where the beginning of the path is not known, or somebody keeps what was', () => {
    for (const [lists, path] of [
      [new OwnContainers(), '#data.l'],
      [new OwnContainers(true), 'data.l'],
    ] as const) {
      lists.add(path, found)
      expect(lists.has(path, found)).toBe(false)
    }
  })

  test('are few', () => {
    const lists = new OwnContainers()
    for (let at = 0; at <= 32; at++) lists.add(`data.l${'x'.repeat(at)}`, found)
    expect(lists.has('data.l', found)).toBe(false)
    expect(lists.has(`data.l${'x'.repeat(32)}`, found)).toBe(true)
  })
})
