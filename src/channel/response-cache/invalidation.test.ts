import { expect, test } from 'bun:test'
import { openInvalidation } from './invalidation.ts'
import type { ResponseCacheStore } from './store.ts'

function store(name: string, invalidate: () => void | Promise<void>): ResponseCacheStore {
  return {
    name,
    invalidate,
    open: () => {
      throw new Error('nothing is kept here')
    },
  }
}

const down = () => {
  throw new Error('down')
}

test('every store is asked, and those that fail are told', async () => {
  const failures: string[] = []
  const invalidate = openInvalidation(
    () => [
      store('here', () => undefined),
      store('broken', down),
      store('far', () => Promise.resolve()),
      store('gone', async () => down()),
    ],
    (name, error) => failures.push(`${name}: ${error}`),
  )
  expect(await invalidate('prices')).toEqual([
    { store: 'here', invalidated: true },
    { store: 'broken', invalidated: false },
    { store: 'far', invalidated: true },
    { store: 'gone', invalidated: false },
  ])
  expect(failures).toEqual(['broken: Error: down', 'gone: Error: down'])
})

test('stores that answer at once are not waited for', () => {
  const invalidate = openInvalidation(
    () => [store('here', () => undefined)],
    () => undefined,
  )
  expect(invalidate('prices')).toEqual([{ store: 'here', invalidated: true }])
})
