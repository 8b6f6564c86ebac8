import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { OrionError } from '../../errors.ts'
import type { Page, Store } from '../store.ts'
import { connector, type Folder, folder, INSTANT, NASTY_TEXTS, openTestStore, save } from '../test-store.ts'

const LATER = '2026-01-03T00:00:00.000Z'
const ALL: Page = { limit: 100, offset: 0 }
const stale = () => new OrionError('CONFLICT', 'changed in between')

let home: Folder
let store: Store

beforeEach(async () => {
  home = folder()
  store = await openTestStore(home.file('orion.db'))
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  home[Symbol.dispose]()
})

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing refused',
    error => (error instanceof OrionError ? `${error.code} ${error.message}` : String(error)),
  )
}

async function break_(id: string, column: string, value: string): Promise<void> {
  const statement = { sql: `update connectors set ${column} = ? where id = ?`, params: [value, id] }
  await store.commit({ statements: [statement], durability: 'full' })
}

describe('a connector', () => {
  test('comes back as it was inserted, by id and by name', async () => {
    const row = connector({
      id: 'c1',
      name: 'payments',
      enabled: false,
      tags: ['x'],
      connector_type: 'storage',
    })
    await save(store, store.connectors.insert(row))
    expect(await store.connectors.get('c1')).toEqual(row)
    expect(await store.connectors.byName('payments')).toEqual(row)
    expect(await store.connectors.get('payments')).toBeUndefined()
    expect(await store.connectors.byName('c1')).toBeUndefined()
  })

  test.each(NASTY_TEXTS)('keeps %j in id, name, config and tags', async text => {
    const row = connector({ id: text, name: text, config: { [text]: text }, tags: [text] })
    await save(store, store.connectors.insert(row))
    expect(await store.connectors.get(text)).toEqual(row)
    expect(await store.connectors.byName(text)).toEqual(row)
    expect((await store.connectors.list({ tag: text }, ALL)).rows).toEqual([row])
  })

  test('whose id or name is taken is a conflict that says which', async () => {
    await save(store, store.connectors.insert(connector({ id: 'a', name: 'one' })))
    expect(await refusal(save(store, store.connectors.insert(connector({ id: 'b', name: 'one' }))))).toBe(
      "CONFLICT Connector with name 'one' already exists",
    )
    expect(await refusal(save(store, store.connectors.insert(connector({ id: 'a', name: 'two' }))))).toBe(
      "CONFLICT Connector with id 'a' already exists",
    )
  })

  test('is updated whole, but for id and creation', async () => {
    await save(store, store.connectors.insert(connector()))
    const change = connector({
      name: 'other',
      connector_type: 'cache',
      config: { backend: 'memory' },
      enabled: false,
      tags: ['t'],
      created_at: LATER,
      updated_at: LATER,
    })
    await save(store, store.connectors.update(change, INSTANT, stale))
    expect(await store.connectors.get('pay')).toEqual({ ...change, created_at: INSTANT })
  })

  test('that changed in between is not overwritten', async () => {
    await save(store, store.connectors.insert(connector()))
    const first = connector({ name: 'first', updated_at: LATER })
    const second = connector({ name: 'second', updated_at: LATER })
    const results = await Promise.all([
      refusal(save(store, store.connectors.update(first, INSTANT, stale))),
      refusal(save(store, store.connectors.update(second, INSTANT, stale))),
    ])
    expect(results).toEqual(['nothing refused', 'CONFLICT changed in between'])
    expect((await store.connectors.get('pay'))?.name).toBe('first')
  })

  test('cannot be renamed to a name that is taken', async () => {
    const other = connector({ id: 'b', name: 'two' })
    await save(store, store.connectors.insert(connector()), store.connectors.insert(other))
    expect(
      await refusal(save(store, store.connectors.update({ ...other, name: 'pay' }, INSTANT, stale))),
    ).toBe("CONFLICT Connector with name 'pay' already exists")
  })

  test('is deleted once', async () => {
    await save(store, store.connectors.insert(connector()))
    await save(store, store.connectors.delete('pay', stale))
    expect(await store.connectors.get('pay')).toBeUndefined()
    expect(await refusal(save(store, store.connectors.delete('pay', stale)))).toBe(
      'CONFLICT changed in between',
    )
  })
})

describe('connectors', () => {
  beforeEach(async () => {
    const one = (id: string, name: string, ...tags: string[]) =>
      store.connectors.insert(connector({ id, name, tags }))
    await save(store, one('1', 'c', 'x'), one('2', 'a', 'x', 'y'), one('3', 'b', 'y_'))
  })

  test('are listed by name, in pages and by tag', async () => {
    const names = async (tag: string | undefined, page: Page) => {
      const { rows, total } = await store.connectors.list(tag === undefined ? {} : { tag }, page)
      return [rows.map(row => row.name).join(''), total]
    }
    expect(await names(undefined, ALL)).toEqual(['abc', 3])
    expect(await names(undefined, { limit: 1, offset: 1 })).toEqual(['b', 3])
    expect(await names('x', ALL)).toEqual(['ac', 2])
    expect(await names('y', ALL)).toEqual(['a', 1])
    expect(await names('__', ALL)).toEqual(['', 0])
  })

  test('have their ids in the order of their names, by tag', async () => {
    expect(await store.connectors.ids({})).toEqual(['2', '3', '1'])
    expect(await store.connectors.ids({ tag: 'x' })).toEqual(['2', '1'])
  })

  test('of which one cannot be read are given without it', async () => {
    await break_('1', 'config_json', '{"url":')
    await break_('2', 'connector_type', 'carrier pigeon')
    const { rows, unreadable } = await store.connectors.all()
    expect(rows.map(row => row.name)).toEqual(['b'])
    expect(unreadable).toEqual([
      {
        id: '2',
        version: 0,
        name: 'a',
        reason: expect.stringContaining('"connector_type" is "carrier pigeon"'),
      },
      { id: '1', version: 0, name: 'c', reason: expect.stringContaining('"config_json" is not JSON') },
    ])
    expect((await store.connectors.list({}, ALL)).unreadable).toEqual(unreadable)
    const error = await store.connectors.get('1').catch(error => error)
    expect(error).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'The stored connector "1" cannot be read',
    })
  })
})
