import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../std/json.ts'
import type { Effect } from './effect.ts'
import { effectOf, effectsOf } from './effects.ts'
import { builtInFunctions, functionTable } from './functions/index.ts'

const computed = { var: 'data.x' }

describe('an effect by its fields', () => {
  test.each<[JsonObject, Effect]>([
    [{ connector: 'crm' }, { connector: 'crm', dynamic: [] }],
    [{ connector: computed }, { dynamic: ['connector'] }],
    [{ connector: null }, { dynamic: [] }],
    [{}, { dynamic: [] }],
    [
      { connector: ['crm'], into: 'orders' },
      { table: 'orders', dynamic: ['connector'] },
    ],
  ])('%j is %j', (input, effect) => {
    expect(effectOf(input, { connector: 'connector', table: 'into' })).toEqual(effect)
  })

  test('is what the function knows where nothing is said, and never what it knows where something is computed', () => {
    const fields = { operation: 'method' }
    const known = { operation: 'GET', topic: 'all' }
    expect(effectOf({}, fields, known)).toEqual({ operation: 'GET', topic: 'all', dynamic: [] })
    expect(effectOf({ method: 'PUT' }, fields, known)).toMatchObject({ operation: 'PUT' })
    expect(effectOf({ method: computed }, fields, known)).toEqual({ topic: 'all', dynamic: ['operation'] })
  })

  test('reads own fields alone', () => {
    expect(effectOf({}, { connector: 'constructor', table: '__proto__' })).toEqual({ dynamic: [] })
  })
})

test('what is no workflow has no effects', () => {
  const functions = functionTable(builtInFunctions)
  const call = (name: string, input: null | string[]) => [{ id: 't', name: 't', function: { name, input } }]
  for (const tasks of [
    null,
    1,
    [null, 1, {}, { id: 1 }],
    call('nobody', null),
    call('cache_invalidate', ['a']),
  ]) {
    expect(effectsOf({ tasks, loop: tasks }, functions)).toEqual([])
  }
})

test('an id that is none is empty, and an alias is told by its name', () => {
  const [first] = builtInFunctions.filter(({ name }) => name === 'cache_invalidate')
  const functions = functionTable(first === undefined ? [] : [{ ...first, aliases: ['forget'] }])
  const tasks = [{ id: 7, function: { name: 'forget', input: { namespaces: ['prices'] } } }]
  expect(effectsOf({ tasks }, functions)).toEqual([
    {
      task_id: '',
      path: 'tasks[0]',
      function: 'cache_invalidate',
      retry_safety: 'idempotent_write',
      operation: 'invalidate',
      namespace: 'prices',
      dynamic: [],
    },
  ])
})
