import { describe, expect, test } from 'bun:test'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import type { Task } from './functions-api.ts'
import { OwnLists } from './own-lists.ts'
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

describe('own lists', () => {
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
      const lists = new OwnLists()
      lists.add('data.l', found)
      lists.share([read])
      expect(lists.at('data.l', found) === undefined).toBe(isShared)
    }
  })

  test('are the very list, not one that is equal', () => {
    const lists = new OwnLists()
    lists.add('data.l', found)
    expect(lists.at('data.l', found)).toBe(found)
    expect(lists.at('data.l', [1])).toBeUndefined()
    expect(lists.at('data.m', found)).toBeUndefined()
  })

  test.each(['data.#l', 'data.0', 'data.+1.x', 'data.l.01'])(
    'are not at %p, which reads in more ways than one',
    path => {
      const lists = new OwnLists()
      lists.add(path, found)
      expect(lists.at(path, found)).toBeUndefined()
    },
  )

  test('are few', () => {
    const lists = new OwnLists()
    for (let at = 0; at <= 16; at++) lists.add(`data.l${'x'.repeat(at)}`, found)
    expect(lists.at('data.l', found)).toBeUndefined()
    expect(lists.at(`data.l${'x'.repeat(16)}`, found)).toBe(found)
  })
})
