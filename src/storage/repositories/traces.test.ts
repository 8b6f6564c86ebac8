import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { Sort, Store, Trace, TraceFilter } from '../store.ts'
import { type Folder, folder, NASTY_TEXTS, openTestStore, trace } from '../test-store.ts'

const NEWEST: Sort = { by: 'created_at', order: 'desc' }
const OLDEST: Sort = { by: 'created_at', order: 'asc' }

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

async function record(...rows: Trace[]): Promise<void> {
  await Promise.all(
    rows.map(row => store.commit({ statements: [store.traces.insert(row)], durability: 'normal' })),
  )
}

describe('a trace', () => {
  test('comes back column by column', async () => {
    const full = trace({
      channel: 'a',
      channel_id: 'b',
      mode: 'async',
      status: 'failed',
      workflow_version: 7,
      input_json: 'i',
      result_json: 'r',
      error_message: 'e',
      duration_ms: 0.123456,
      started_at: 's',
      completed_at: 'c',
      created_at: 'k',
      updated_at: 'u',
    })
    const bare = trace({
      status: 'pending',
      channel_id: null,
      workflow_version: null,
      input_json: null,
      result_json: null,
      duration_ms: null,
      started_at: null,
      completed_at: null,
    })
    await record(full, bare)
    expect(await store.traces.get(full.id)).toEqual(full)
    expect(await store.traces.get(bare.id)).toEqual(bare)
    expect(await store.traces.get('nope')).toBeUndefined()
  })

  test.each(NASTY_TEXTS)('keeps %j', async text => {
    const row = trace({ id: text, channel: text, input_json: text, result_json: text, error_message: text })
    await record(row)
    expect(await store.traces.get(text)).toEqual(row)
    expect((await store.traces.list({ channel: text }, NEWEST, { limit: 9, offset: 0 })).rows).toEqual([row])
  })

  test('of a megabyte and a whole duration comes back', async () => {
    const row = trace({ input_json: '👍'.repeat(300_000), duration_ms: 2 })
    await record(row)
    expect(await store.traces.get(row.id)).toEqual(row)
  })
})

describe('a list of traces', () => {
  const ROWS = 4_500
  const rows: Trace[] = []
  const statuses = ['completed', 'failed', 'pending', 'running'] as const

  /** What the list is to be, computed from the rows in memory. */
  function expected(filter: TraceFilter, sort: Sort, limit: number, offset: number) {
    const column = ['status', 'channel', 'mode', 'updated_at'].find(name => name === sort.by)
    const key = (row: Trace) => (column === undefined ? '' : String(Reflect.get(row, column)))
    const all = rows
      .filter(row => filter.status === undefined || row.status === filter.status)
      .filter(row => filter.channel === undefined || row.channel === filter.channel)
      .filter(row => filter.mode === undefined || row.mode === filter.mode)
      .sort((a, b) => (key(a) === key(b) ? (a.id < b.id ? -1 : 1) : key(a) < key(b) ? -1 : 1))
    if (sort.order === 'desc') all.reverse()
    return { rows: all.slice(offset, offset + limit).map(row => row.id), total: all.length }
  }

  async function listed(filter: TraceFilter, sort: Sort, limit: number, offset: number) {
    const found = await store.traces.list(filter, sort, { limit, offset })
    return { rows: found.rows.map(row => row.id), total: found.total }
  }

  beforeEach(async () => {
    rows.length = 0
    for (let i = 0; i < ROWS; i++) {
      rows.push(
        trace({
          channel: `c${i % 7}`,
          mode: i % 3 === 0 ? 'async' : 'sync',
          status: statuses[i % 50 === 0 ? 1 : i % 11 === 0 ? 2 : 0] ?? 'completed',
          updated_at: new Date(1_700_000_000_000 + ((i * 7919) % 1000)).toISOString(),
        }),
      )
    }
    await record(...rows)
  })

  test('has every row once, whatever the order, the filter and the page', async () => {
    const filters: TraceFilter[] = [
      {},
      { status: 'failed' },
      { status: 'completed', channel: 'c3' },
      { mode: 'async' },
      { channel: 'nobody' },
      { status: "failed' or '1'='1" },
    ]
    const sorts = ['created_at', 'updated_at', 'status', 'channel', 'mode', 'constructor']
    for (const filter of filters) {
      for (const by of sorts) {
        for (const order of ['asc', 'desc'] as const) {
          const sort = { by, order }
          expect(await listed(filter, sort, 20, 10)).toEqual(expected(filter, sort, 20, 10))
        }
      }
    }
  })

  test('has pages that cross windows, begin at their edges and lie beyond the end', async () => {
    for (const sort of [NEWEST, OLDEST]) {
      for (const [limit, offset] of [
        [10, 1_995],
        [1, 1_999],
        [1, 2_000],
        [4_000, 100],
        [100, 4_450],
        [10, 4_500],
        [0, 0],
      ] as const) {
        expect(await listed({}, sort, limit, offset)).toEqual(expected({}, sort, limit, offset))
        expect(await listed({ mode: 'async' }, sort, limit, offset)).toEqual(
          expected({ mode: 'async' }, sort, limit, offset),
        )
      }
    }
  })

  test('lets others run while it walks the table', async () => {
    const walk = store.traces.list({ channel: 'nobody' }, NEWEST, { limit: 10, offset: 0 })
    const row = trace()
    await record(row)
    expect(await store.traces.get(row.id)).toEqual(row)
    expect(Bun.peek.status(walk)).toBe('pending')
    expect((await walk).total).toBe(0)
  })

  test('refuses to sort a page that lies too deep, but not to walk to it', async () => {
    const deep = { limit: 10, offset: 20_000 }
    const error = await store.traces.list({}, { by: 'status', order: 'asc' }, deep).catch(error => error)
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'offset', code: 'OUT_OF_RANGE' }],
    })
    expect(await store.traces.list({}, NEWEST, deep)).toEqual({ rows: [], total: ROWS })
  })

  test('of failed ones reads their own index: no walk through the others', async () => {
    const failed = store.traces.list({ status: 'failed' }, NEWEST, { limit: 10, offset: 0 })
    for (let i = 0; i < 1_000; i++) await Promise.resolve()
    expect(Bun.peek.status(failed)).toBe('fulfilled')
    expect((await failed).total).toBe(ROWS / 50)
  })
})

describe('what was recorded', () => {
  const at = (ms: number, end: string) =>
    `${ms
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7${end}`
  const never = () => false

  test('comes with the metadata, which nobody else is shown', async () => {
    const row = trace({ metadata_json: '{"a":1}' })
    await record(row)
    expect((await store.traces.recorded(row.id))?.metadata_json).toBe('{"a":1}')
    expect(await store.traces.get(row.id)).not.toHaveProperty('metadata_json')
    expect(await store.traces.recorded('nope')).toBeUndefined()
  })

  test('is found newest first, by channels, status and time of arrival', async () => {
    await record(
      trace({ id: at(10, 'a'), channel_id: 'one' }),
      trace({ id: at(20, 'a'), channel_id: 'two', status: 'failed' }),
      trace({ id: at(20, 'b'), channel_id: 'two' }),
      trace({ id: at(30, 'a'), channel_id: 'other' }),
      trace({ id: at(40, 'a'), channel_id: 'one' }),
    )
    const both = { channelIds: ['one', 'two'] }
    const found = (filter: object, limit = 9) => store.traces.newest({ ...both, ...filter }, limit, never)
    expect(await found({})).toEqual([at(40, 'a'), at(20, 'b'), at(20, 'a'), at(10, 'a')])
    expect(await found({}, 2)).toEqual([at(40, 'a'), at(20, 'b')])
    expect(await found({ status: 'failed' })).toEqual([at(20, 'a')])
    expect(await found({ sinceMs: 20, untilMs: 20 })).toEqual([at(20, 'b'), at(20, 'a')])
  })

  test('is looked for in all windows, until it takes too long', async () => {
    const rows = Array.from({ length: 4_100 }, (_, n) =>
      trace({ id: at(n, 'a'), channel_id: n % 2_050 === 0 ? 'rare' : 'x' }),
    )
    await record(...rows)
    const rare = { channelIds: ['rare'] }
    expect(await store.traces.newest(rare, 9, never)).toEqual([at(2_050, 'a'), at(0, 'a')])
    let windows = 0
    expect(await store.traces.newest(rare, 9, () => ++windows > 2)).toEqual([at(2_050, 'a')])
  })
})
