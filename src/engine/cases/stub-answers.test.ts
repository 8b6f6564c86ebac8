import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import { task } from '../test-run.ts'
import { told } from './test-case.ts'

function ask(id: string, key: Json, connector = 'crm'): JsonObject {
  return task(id, 'look_up', { connector, key, output: `data.${id}` })
}

function answered(
  stubs: Json,
  expect: JsonObject,
  tasks: Json = [ask('a', 1), ask('b', 2)],
): Promise<string[]> {
  return told(tasks, { stubs, expect })
}

describe('a call', () => {
  test.each<[string, Json, JsonObject]>([
    ['its connector', { look_up: { crm: { n: 1 } } }, { data: { a: { n: 1 }, b: { n: 1 } } }],
    ['its connector, with a list', { look_up: { crm: [{ n: 1 }] } }, { 'data.a': [{ n: 1 }] }],
    ['its connector, before any other', { look_up: { '*': 0, crm: 1 } }, { 'data.a': 1 }],
    ['any other connector', { look_up: { '*': 0, erp: 1 } }, { 'data.a': 0 }],
    ['the function', { look_up: { output: 7 } }, { 'data.a': 7, 'data.b': 7 }],
    ['the function, with a list', { look_up: [1, 2] }, { 'data.a': [1, 2], 'data.b': [1, 2] }],
    ['its task, before the function', { a: { n: 1 }, look_up: { crm: 2 } }, { data: { a: { n: 1 }, b: 2 } }],
    [
      'answers in turn',
      { look_up: { crm: { answers: [{ output: 1 }, { output: 2 }] } } },
      { data: { a: 1, b: 2 } },
    ],
    [
      'what its input fits, as often as it does',
      { look_up: { answers: [{ when: { key: 2 }, output: 'two' }, { output: 'once' }] } },
      { data: { a: 'once', b: 'two' } },
    ],
    ['what its input fits', { look_up: { when: { key: 1 }, output: 1 }, b: 2 }, { data: { a: 1, b: 2 } }],
    [
      'an output that has keys of its own',
      { look_up: { crm: { output: 1, id: 2 } } },
      { 'data.a': { output: 1, id: 2 } },
    ],
    ['a null', { look_up: { crm: null } }, { 'data.a': null }],
  ])('is answered by %s', async (_, stubs, expected) => {
    expect(await answered(stubs, expected)).toEqual([])
  })

  test('fails as its stub says', async () => {
    const stubs = { look_up: { crm: { error: { message: 'away', kind: 'Timeout', code: 'GONE' } } } }
    const expect_errors = [{ code: 'GONE', message: 'Task a error: Timeout error: away' }, 'WORKFLOW_ERROR']
    expect(await told([ask('a', 1)], { stubs, expect_errors })).toEqual([])
  })

  test('without a stub fails its case alone, named with where it would be', async () => {
    const lines = await told(
      [{ ...ask('a', { cat: ['k', 1] }), continue_on_error: true }, ask('b', 2, 'erp')],
      {
        stubs: { look_up: { erp: 1 } },
        expect: { 'data.never': 1 },
      },
    )
    expect(lines).toEqual([
      'stubs.look_up.crm: no stub answers the call of look_up of "crm" by task "a"; it would be at stubs.look_up.crm or stubs.a | nothing | {"connector":"crm","key":"k1","output":"data.a"}',
    ])
  })

  test('behind the last of the answers in turn has none', async () => {
    const [line] = await answered({ look_up: { answers: [{ output: 1 }] } }, {})
    expect(line).toContain('by task "b"')
  })

  test('of a task that has the name of another function is not answered as that', async () => {
    const stubs = { cache_invalidate: { output: 1 }, look_up: { output: 2 } }
    expect(await answered(stubs, { 'data.cache_invalidate': 2 }, [ask('cache_invalidate', 1)])).toEqual([])
  })

  test('each case begins its answers anew', async () => {
    const stubs = { look_up: { answers: [{ output: 1 }, { output: 2 }] } }
    expect(await answered(stubs, { data: { a: 1, b: 2 } })).toEqual([])
    expect(await answered(stubs, { data: { a: 1, b: 2 } })).toEqual([])
  })

  test('of a function that only writes needs no stub', async () => {
    const tasks = [task('drop', 'cache_invalidate', { namespaces: [{ cat: ['p', 1] }] })]
    const expect_calls = { cache_invalidate: [{ namespaces: ['p1'] }], look_up: [] }
    expect(await told(tasks, { expect_calls, forbid_calls: ['look_up'] })).toEqual([])
  })
})

describe('the calls that a case expects', () => {
  const stubs = { look_up: { '*': 0 } }

  function calls(expected: JsonObject): Promise<string[]> {
    return told([ask('a', { x: 1, y: [2, 3] }), ask('b', 2)], { stubs, ...expected })
  }

  test.each<[string, JsonObject]>([
    ['fewer keys', { expect_calls: { look_up: [{ connector: 'crm', key: { x: 1 } }, {}] } }],
    ['the ids of their tasks', { expect_calls: { look_up: [{ task_id: 'a' }, { task_id: 'b' }] } }],
    ['paths', { expect: { 'calls.look_up[1].key': 2, 'calls.look_up[0].task_id': 'a' } }],
  ])('may be told by %s', async (_, expected) => {
    expect(await calls(expected)).toEqual([])
  })

  test.each<[string, JsonObject, string]>([
    [
      'fewer',
      { expect_calls: { look_up: [{}] } },
      'expect_calls.look_up: look_up was called 2 times, and once was expected',
    ],
    [
      'more',
      { expect_calls: { look_up: [{}, {}, {}] } },
      'expect_calls.look_up: look_up was called 2 times, and 3 times was expected',
    ],
    [
      'none',
      { expect_calls: { look_up: [] } },
      'expect_calls.look_up: look_up was called 2 times, and 0 times was expected',
    ],
    [
      'forbidden',
      { forbid_calls: ['look_up'] },
      'forbid_calls[0]: look_up was called 2 times, and must not be',
    ],
    [
      'another value',
      { expect_calls: { look_up: [{ key: { x: 2 } }, {}] } },
      'expect_calls.look_up[0].key.x: calls.look_up[0].key.x is not what was expected',
    ],
    [
      'a shorter list',
      { expect_calls: { look_up: [{ key: { y: [2] } }, {}] } },
      'expect_calls.look_up[0].key.y[1]: calls.look_up[0].key.y[1] is not what was expected',
    ],
    [
      'another order',
      { expect_calls: { look_up: [{ task_id: 'b' }, {}] } },
      'expect_calls.look_up[0].task_id: calls.look_up[0].task_id is not what was expected',
    ],
  ])('are told when they are %s', async (_, expected, line) => {
    expect((await calls(expected)).map(text => text.split(' | ')[0] ?? '')).toEqual([line])
  })
})
