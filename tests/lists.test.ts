import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Clock } from '../src/std/clock.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

/** Each look at it is a millisecond later, so that no two rows are of one moment. */
function tickingClock(): Clock {
  let now = Date.parse('2026-01-01T00:00:00Z')
  return { now: () => ++now, monotonic: () => performance.now() }
}

const LISTS = [
  'admin/workflows',
  'admin/channels',
  'admin/connectors',
  'data/traces',
  'admin/audit-logs',
] as const
const SORTED = ['admin/workflows', 'admin/channels', 'data/traces'] as const
/** What of a row tells it from the others. */
const NAME = { 'admin/workflows': 'name', 'admin/channels': 'name', 'data/traces': 'channel' } as const

let app: App

beforeAll(async () => {
  app = await openApp({ clock: tickingClock() })
  const { client } = app
  const connector = (id: string, tags: string[]) => ({
    id,
    name: id,
    connector_type: 'cache',
    tags,
    config: { backend: 'memory' },
  })
  for (const [id, priority, tags] of [
    ['b', 1, ['vip', 'a_b']],
    ['a', 3, ['a%b']],
    ['c', 2, ['vip', 'aXb', 'quote"d', "it's"]],
  ] as const) {
    await client.admin('POST', 'workflows', {
      ...echoWorkflow(id),
      priority,
      tags: [...tags],
      description: id,
    })
    await client.admin('POST', 'channels', { ...channel(id), priority, tags: [...tags] })
    await client.admin('POST', 'connectors', connector(id, [...tags]))
  }
  // Active with a draft: the latest version is what a list shows.
  for (const kind of ['workflows', 'channels'] as const) {
    await client.setStatus(kind, 'b', 'active')
    await client.setStatus(kind, 'c', 'active')
    await client.admin('POST', `${kind}/c/versions`)
  }
  await client.setStatus('workflows', 'a', 'active')
  await client.setStatus('channels', 'a', 'active')
  for (const id of ['b', 'a', 'c']) await client.post(id, { from: id })
})

afterAll(() => app[Symbol.asyncDispose]())

async function list(path: string) {
  return app.client.request('GET', `/api/v1/${path}`)
}

async function column(path: string, key: string): Promise<string> {
  const rows = (await list(path)).at('data')
  return Array.isArray(rows) ? rows.map(row => String(Object(row)[key])).join(' ') : ''
}

describe.each(LISTS)('%s', path => {
  const page = path === 'admin/audit-logs' ? 'pagination.' : ''

  test.each([
    ['', 50, 0],
    ['?limit=2', 2, 0],
    ['?limit=2&offset=1', 2, 1],
    ['?limit=0', 1, 0],
    ['?limit=-5', 1, 0],
    ['?limit=1001', 1000, 0],
    ['?limit=99999999999999999999', 1000, 0],
    ['?offset=-1', 50, 0],
    ['?limit=1&limit=3', 3, 0],
    ['?limit=%2B2', 2, 0],
    ['?unknown=x&status[]=1', 50, 0],
  ])('%p has limit %p and offset %p', async (query, limit, offset) => {
    const answer = await list(path + query)
    expect(answer.status).toBe(200)
    expect([answer.at(`${page}limit`), answer.at(`${page}offset`)]).toEqual([limit, offset])
    const total = Number(answer.at(`${page}total`))
    expect(answer.at('data')).toBeArrayOfSize(Math.min(limit, total - offset))
  })

  test.each(['limit=abc', 'limit=1.5', 'limit=', 'limit=1e3', 'offset=x', 'offset=%20', 'limit=2&limit=x'])(
    '%s is refused with its place',
    async query => {
      const answer = await list(`${path}?${query}`)
      expect([answer.status, answer.at('error.code')]).toEqual([400, 'VALIDATION_ERROR'])
      expect(answer.at('error.details')).toMatchObject([
        { path: query.split('=')[0], code: 'TYPE_MISMATCH', expected: 'an integer' },
      ])
    },
  )

  test('both mistakes of a query are told at once', async () => {
    expect((await list(`${path}?limit=a&offset=b`)).at('error.details')).toBeArrayOfSize(2)
  })

  test('beyond its end is empty and keeps its total', async () => {
    const [all, beyond] = [await list(path), await list(`${path}?offset=9999`)]
    expect(beyond.at('data')).toEqual([])
    expect(beyond.at(`${page}total`)).toEqual(all.at(`${page}total`) ?? null)
  })

  test('pages of one row each are the whole list, each row once', async () => {
    const all = (await list(path)).at('data')
    const total = Number((await list(path)).at(`${page}total`))
    const pages = await Promise.all(
      Array.from({ length: total }, async (_, offset) =>
        (await list(`${path}?limit=1&offset=${offset}`)).at('data.0'),
      ),
    )
    expect(pages).toEqual(Array.isArray(all) ? all : [])
  })
})

describe.each(SORTED)('sorting of %s', path => {
  const key = NAME[path]

  test.each([
    [`sort_by=${key}&sort_order=asc`, 'a b c'],
    [`sort_by=${key}&sort_order=desc`, 'c b a'],
    [`sort_by=${key}`, 'c b a'],
    [`sort_by=${key}&sort_order=up`, 'c b a'],
    [`sort_by=${key}&sort_order=ASC`, 'c b a'],
  ])('%s', async (query, order) => {
    expect(await column(`${path}?${query}`, key)).toBe(order)
  })

  test('by something unknown is the sorting by default', async () => {
    const usual = await column(path, key)
    for (const query of ['sort_by=nope', 'sort_by=', 'sort_by=name;drop table', 'sort_by=__proto__']) {
      expect(await column(`${path}?${query}`, key)).toBe(usual)
    }
  })
})

describe('the order by default', () => {
  test.each(['admin/workflows', 'admin/channels'])('of %s is the highest priority first', async path => {
    expect(await column(path, 'name')).toBe('a c b')
    expect(await column(`${path}?sort_order=asc`, 'name')).toBe('b c a')
    expect(await column(`${path}?sort_by=priority&sort_order=asc`, 'name')).toBe('b c a')
  })

  test('of traces is the newest first', async () => {
    expect(await column('data/traces', 'channel')).toBe('c a b')
    expect(await column('data/traces?sort_order=asc', 'channel')).toBe('b a c')
    expect(await column('data/traces?sort_by=updated_at&sort_order=asc', 'channel')).toBe('b a c')
  })

  test('of connectors is their name', async () => {
    expect(await column('admin/connectors', 'name')).toBe('a b c')
  })

  test.each(['admin/workflows', 'admin/channels'])('%s sorts by time and by status', async path => {
    expect(await column(`${path}?sort_by=created_at&sort_order=asc`, 'name')).toBe('b a c')
    expect(await column(`${path}?sort_by=created_at`, 'name')).toBe('c a b')
    expect(await column(`${path}?sort_by=status&sort_order=desc`, 'name')).toStartWith('c')
    expect(await column(`${path}?sort_by=status&sort_order=asc`, 'name')).toEndWith('c')
    expect(await column(`${path}?sort_by=updated_at`, 'name')).toBe('a c b')
  })

  test('channels sort by type and protocol', async () => {
    for (const field of ['channel_type', 'protocol']) {
      expect((await column(`admin/channels?sort_by=${field}`, 'name')).split(' ').sort()).toEqual([
        'a',
        'b',
        'c',
      ])
    }
  })

  test('traces sort by status and mode', async () => {
    for (const field of ['status', 'mode']) {
      expect((await column(`data/traces?sort_by=${field}`, 'channel')).split(' ').sort()).toEqual([
        'a',
        'b',
        'c',
      ])
    }
  })
})

describe('filters', () => {
  test.each([
    ['admin/workflows?status=active&sort_by=name&sort_order=asc', 'a b'],
    ['admin/workflows?status=draft', 'c'],
    ['admin/workflows?status=archived', ''],
    ['admin/workflows?status=nonsense', ''],
    ['admin/workflows?tag=vip&sort_by=name&sort_order=asc', 'b c'],
    ['admin/workflows?tag=vi', ''],
    ['admin/workflows?tag=VIP', ''],
    ['admin/workflows?tag=a_b', 'b'],
    ['admin/workflows?tag=a%25b', 'a'],
    ['admin/workflows?tag=aXb', 'c'],
    ['admin/workflows?tag=quote%22d', 'c'],
    ["admin/workflows?tag=it's", 'c'],
    ['admin/workflows?tag=vip&status=draft', 'c'],
    ['admin/channels?status=active&sort_by=name&sort_order=asc', 'a b'],
    ['admin/channels?channel_type=sync&status=draft', 'c'],
    ['admin/channels?channel_type=async', ''],
    ['admin/channels?protocol=rest&sort_by=name&sort_order=asc', 'a b c'],
    ['admin/channels?protocol=http', ''],
    ['admin/channels?tag=a_b', 'b'],
    ['admin/connectors?tag=vip', 'b c'],
    ['admin/connectors?tag=a_b', 'b'],
  ])('%s', async (query, names) => {
    expect(await column(query, 'name')).toBe(names)
    expect((await list(query)).at('total')).toBe(names === '' ? 0 : names.split(' ').length)
  })

  test.each([
    ['data/traces?channel=a', 'a'],
    ['data/traces?channel=nobody', ''],
    ['data/traces?status=completed&sort_by=channel&sort_order=asc', 'a b c'],
    ['data/traces?status=failed', ''],
    ['data/traces?mode=sync&channel=b', 'b'],
    ['data/traces?mode=async', ''],
  ])('%s', async (query, channels) => {
    expect(await column(query, 'channel')).toBe(channels)
  })
})
