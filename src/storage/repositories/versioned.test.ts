import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { OrionError } from '../../errors.ts'
import type { Page, Sort, Store } from '../store.ts'
import {
  channel,
  type Folder,
  folder,
  INSTANT,
  NASTY_TEXTS,
  openTestStore,
  save,
  workflow,
} from '../test-store.ts'

const LATER = '2026-01-03T00:00:00.000Z'
const ALL: Page = { limit: 100, offset: 0 }
const BY_PRIORITY: Sort = { by: 'priority', order: 'desc' }
const gone = () => new OrionError('BAD_REQUEST', 'gone')

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

/** SQL of somebody who opens the file behind our back. */
function sql(text: string): void {
  const database = new Database(home.file('orion.db'))
  try {
    database.run(text)
  } finally {
    database.close()
  }
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing refused',
    error => (error instanceof OrionError ? `${error.code} ${error.message}` : String(error)),
  )
}

/** v1 archived, v2 active, v3 draft. */
async function threeVersions(): Promise<void> {
  await save(
    store,
    store.workflows.insert(workflow({ status: 'archived', name: 'one' })),
    store.workflows.insert(workflow({ version: 2, status: 'active', name: 'two', rollout_percentage: 100 })),
    store.workflows.insert(workflow({ version: 3, name: 'three' })),
  )
}

describe('a workflow', () => {
  test('comes back as it was inserted', async () => {
    const row = workflow({
      description: 'd',
      priority: -5,
      rollout_percentage: 30,
      condition: { '>': [{ var: 'data.n' }, 1.5] },
      tasks: [{ b: 1, a: [null, false, 0, '', { '': {} }] }],
      tags: ['x', 'y'],
      continue_on_error: true,
      loop: { max: 3, over: { var: 'data.rows' }, setup: [{ b: 1, a: null }] },
    })
    await save(store, store.workflows.insert(row))
    expect(await store.workflows.latest('orders')).toEqual(row)
    expect(JSON.stringify(await store.workflows.latest('orders'))).toBe(JSON.stringify(row))
  })

  test.each(NASTY_TEXTS)('keeps %j in every text', async text => {
    const row = workflow({
      workflow_id: text,
      name: text,
      description: text,
      condition: text,
      tasks: [text],
      tags: [text],
    })
    await save(store, store.workflows.insert(row))
    expect(await store.workflows.latest(text)).toEqual(row)
    expect((await store.workflows.list({ tag: text }, BY_PRIORITY, ALL)).rows).toEqual([row])
  })

  test('keeps lone surrogates inside JSON', async () => {
    const row = workflow({ condition: '\ud800', tasks: ['\udfff'], tags: ['\ud800x'] })
    await save(store, store.workflows.insert(row))
    expect(await store.workflows.latest('orders')).toEqual(row)
  })

  test('that does not exist is undefined', async () => {
    expect(await store.workflows.latest('nope')).toBeUndefined()
    expect(await store.workflows.version('nope', 1)).toBeUndefined()
    expect(await store.workflows.states('nope')).toEqual([])
    expect(await store.workflows.versions('nope', ALL)).toEqual({ rows: [], total: 0 })
  })
})

describe('a channel', () => {
  test('comes back as it was inserted, with and without its optional columns', async () => {
    const full = channel({
      description: 'd',
      topic: 't',
      consumer_group: 'g',
      transport_config: { a: 1 },
      config: { cors: { allowed_origins: ['*'] } },
      tags: ['x'],
      priority: 3,
    })
    const bare = channel({
      channel_id: 'bare',
      methods: null,
      route_pattern: null,
      workflow_id: null,
      protocol: 'kafka',
    })
    await save(store, store.channels.insert(full), store.channels.insert(bare))
    expect(await store.channels.latest('orders')).toEqual(full)
    expect(await store.channels.version('bare', 1)).toEqual(bare)
    expect(await store.channels.states('bare')).toEqual([
      { version: 1, status: 'draft', rolloutPercentage: 100 },
    ])
  })

  test('is filtered by status, type, protocol and tag, one or all', async () => {
    const a = channel({ channel_id: 'a', tags: ['t'] })
    const b = channel({
      channel_id: 'b',
      channel_type: 'async',
      protocol: 'kafka',
      status: 'active',
      tags: ['t'],
    })
    await save(store, store.channels.insert(a), store.channels.insert(b))
    const found = async (filter: object) =>
      (await store.channels.list(filter, BY_PRIORITY, ALL)).rows.map(row => row.channel_id)
    expect(await found({})).toEqual(['a', 'b'])
    expect(await found({ channelType: 'async' })).toEqual(['b'])
    expect(await found({ protocol: 'rest' })).toEqual(['a'])
    expect(await found({ status: 'active' })).toEqual(['b'])
    expect(await found({ tag: 't', channelType: 'sync', protocol: 'rest', status: 'draft' })).toEqual(['a'])
    expect(await found({ tag: 't', channelType: 'sync', protocol: 'kafka' })).toEqual([])
  })
})

describe('versions', () => {
  beforeEach(threeVersions)

  test('have a latest, whatever its status', async () => {
    expect((await store.workflows.latest('orders'))?.version).toBe(3)
    expect((await store.workflows.version('orders', 2))?.name).toBe('two')
  })

  test('are told newest first, with status and share', async () => {
    expect(await store.workflows.states('orders')).toEqual([
      { version: 3, status: 'draft', rolloutPercentage: 100 },
      { version: 2, status: 'active', rolloutPercentage: 100 },
      { version: 1, status: 'archived', rolloutPercentage: 100 },
    ])
  })

  test('are paged newest first', async () => {
    const page = await store.workflows.versions('orders', { limit: 2, offset: 1 })
    expect(page.rows.map(row => row.version)).toEqual([2, 1])
    expect(page.total).toBe(3)
  })

  test('appear in a list once, as their latest', async () => {
    await save(
      store,
      store.workflows.insert(workflow({ workflow_id: 'other', version: 7, status: 'active' })),
    )
    const { rows, total } = await store.workflows.list({}, BY_PRIORITY, ALL)
    expect(rows.map(row => [row.workflow_id, row.version])).toEqual([
      ['orders', 3],
      ['other', 7],
    ])
    expect(total).toBe(2)
    expect((await store.workflows.list({ status: 'active' }, BY_PRIORITY, ALL)).rows).toHaveLength(1)
  })

  test('are deleted all at once', async () => {
    await save(store, store.workflows.delete('orders', gone))
    expect(await store.workflows.states('orders')).toEqual([])
    expect(await refusal(save(store, store.workflows.delete('orders', gone)))).toBe('BAD_REQUEST gone')
  })
})

describe('an insert', () => {
  test('of an id that exists is a conflict that names it', async () => {
    await threeVersions()
    expect(await refusal(save(store, store.workflows.insert(workflow())))).toBe(
      "CONFLICT Workflow 'orders' already exists",
    )
    await save(store, store.channels.insert(channel({ status: 'archived' })))
    expect(await refusal(save(store, store.channels.insert(channel({ status: 'archived' }))))).toBe(
      "CONFLICT Channel 'orders' already exists",
    )
  })

  test('of a second draft is a conflict', async () => {
    await threeVersions()
    expect(await refusal(save(store, store.workflows.insert(workflow({ version: 4 }))))).toBe(
      "CONFLICT Workflow 'orders' already has a draft version",
    )
    await save(store, store.channels.insert(channel()))
    expect(await refusal(save(store, store.channels.insert(channel({ version: 2 }))))).toBe(
      "CONFLICT Channel 'orders' already has a draft version",
    )
  })

  test('that two callers race for succeeds once', async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, () => refusal(save(store, store.workflows.insert(workflow())))),
    )
    expect(results.filter(result => result === 'nothing refused')).toHaveLength(1)
    expect(results.filter(result => result.startsWith('CONFLICT'))).toHaveLength(4)
  })

  test.each(['', 'x'.repeat(256), 'é'.repeat(128)])(
    'of a name of a wrong length is refused whole',
    async name => {
      expect(await refusal(save(store, store.workflows.insert(workflow({ name }))))).toStartWith(
        'STORAGE_ERROR',
      )
      expect(await store.workflows.latest('orders')).toBeUndefined()
    },
  )
})

describe('an update of a draft', () => {
  test('replaces its content and nothing else', async () => {
    await threeVersions()
    const change = workflow({
      version: 3,
      name: 'new',
      description: 'd',
      priority: 9,
      condition: false,
      tasks: [],
      tags: ['t'],
      continue_on_error: true,
      loop: { max: 3 },
      created_at: LATER,
      updated_at: LATER,
      rollout_percentage: 1,
      status: 'active',
    })
    await save(store, store.workflows.updateDraft(change, gone))
    expect(await store.workflows.latest('orders')).toEqual({
      ...change,
      created_at: INSTANT,
      rollout_percentage: 100,
      status: 'draft',
    })
    expect((await store.workflows.version('orders', 2))?.name).toBe('two')
  })

  test('that is a draft no more rejects as it was told to', async () => {
    await threeVersions()
    expect(await refusal(save(store, store.workflows.updateDraft(workflow({ version: 2 }), gone)))).toBe(
      'BAD_REQUEST gone',
    )
    expect((await store.workflows.version('orders', 2))?.name).toBe('two')
  })
})

describe('a change of status', () => {
  beforeEach(threeVersions)
  const base = { id: 'orders', at: LATER, otherwise: gone }

  test('moves one version and sets its share and time', async () => {
    await save(
      store,
      store.workflows.setStatus({ ...base, version: 2, from: 'active', to: 'archived' }),
      store.workflows.setStatus({ ...base, version: 3, from: 'draft', to: 'active', rolloutPercentage: 40 }),
    )
    expect(await store.workflows.states('orders')).toEqual([
      { version: 3, status: 'active', rolloutPercentage: 40 },
      { version: 2, status: 'archived', rolloutPercentage: 100 },
      { version: 1, status: 'archived', rolloutPercentage: 100 },
    ])
    expect((await store.workflows.latest('orders'))?.updated_at).toBe(LATER)
    expect((await store.workflows.latest('orders'))?.name).toBe('three')
  })

  test('from a status that the version does not have undoes its whole unit', async () => {
    const unit = save(
      store,
      store.workflows.setStatus({ ...base, version: 2, from: 'active', to: 'archived' }),
      store.workflows.setStatus({ ...base, version: 1, from: 'draft', to: 'active' }),
    )
    expect(await refusal(unit)).toBe('BAD_REQUEST gone')
    expect((await store.workflows.version('orders', 2))?.status).toBe('active')
  })

  test('of a channel leaves it without a share', async () => {
    await save(store, store.channels.insert(channel()))
    await save(
      store,
      store.channels.setStatus({ ...base, version: 1, from: 'draft', to: 'active', rolloutPercentage: 5 }),
    )
    expect(await store.channels.states('orders')).toEqual([
      { version: 1, status: 'active', rolloutPercentage: 100 },
    ])
  })
})

describe('what is active', () => {
  test('is listed by priority, then id', async () => {
    const one = (id: string, priority: number, status: 'active' | 'draft' = 'active') =>
      store.workflows.insert(workflow({ workflow_id: id, priority, status }))
    await save(store, one('b', 1), one('c', 5), one('a', 1), one('d', 9, 'draft'))
    const { rows, unreadable } = await store.workflows.active()
    expect(rows.map(row => row.workflow_id)).toEqual(['c', 'a', 'b'])
    expect(unreadable).toEqual([])
  })

  test.each([
    "update workflows set name = 'x'",
    "update workflows set description = 'x'",
    'update workflows set priority = 1',
    "update workflows set condition_json = 'false'",
    "update workflows set tasks_json = '[1]'",
    `update workflows set tags = '["x"]'`,
    'update workflows set continue_on_error = 1',
    `update workflows set loop_json = '{"max":3}'`,
    'update workflows set version = 9',
    "update channels set name = 'x'",
    "update channels set description = 'x'",
    "update channels set channel_type = 'async'",
    "update channels set protocol = 'http'",
    'update channels set methods = null',
    'update channels set route_pattern = null',
    "update channels set topic = 'x'",
    "update channels set consumer_group = 'x'",
    'update channels set workflow_id = null',
    `update channels set config_json = '{"a":1}'`,
    `update channels set tags = '["x"]'`,
  ])('cannot be edited: %s', async text => {
    await save(
      store,
      store.workflows.insert(workflow({ status: 'active' })),
      store.channels.insert(channel({ status: 'active' })),
    )
    const kind = text.includes('workflows set') ? 'workflows' : 'channels'
    expect(() => sql(text)).toThrow(`Cannot modify content of active ${kind}`)
    const unit = store.commit({ statements: [{ sql: text, params: [] }], durability: 'full' })
    expect(await refusal(unit)).toBe(`CONFLICT Cannot modify content of active ${kind}`)
  })

  test('may change its share, its transport and its time, and be archived', async () => {
    await save(
      store,
      store.workflows.insert(workflow({ status: 'active' })),
      store.channels.insert(channel({ status: 'active' })),
    )
    sql(`update workflows set rollout_percentage = 50, updated_at = '${LATER}'`)
    sql(`update channels set transport_config_json = '{"a":1}', priority = 4`)
    sql("update workflows set status = 'archived'")
    expect((await store.workflows.latest('orders'))?.status).toBe('archived')
  })
})

describe('a constraint', () => {
  test.each([
    ["update workflows set status = 'live'", 'CHECK'],
    ['update workflows set rollout_percentage = 101', 'CHECK'],
    ['update workflows set version = 0', 'CHECK'],
    ["update workflows set priority = 'high'", 'cannot store TEXT value in INTEGER column'],
    ['update workflows set tags = null', 'NOT NULL'],
  ])('refuses %s', async (text, why) => {
    await save(store, store.workflows.insert(workflow()))
    expect(() => sql(text)).toThrow(why)
  })
})

describe('a list', () => {
  const ids = async (sort: Sort, page = ALL) =>
    (await store.workflows.list({}, sort, page)).rows.map(row => row.workflow_id).join('')

  beforeEach(async () => {
    const one = (id: string, fields: object) =>
      store.workflows.insert(workflow({ workflow_id: id, ...fields }))
    await save(
      store,
      one('a', {
        name: 'n3',
        priority: 1,
        created_at: '2026-01-01T00:00:00.003Z',
        updated_at: '2026-01-01T00:00:00.001Z',
      }),
      one('b', { name: 'n1', priority: 3, created_at: '2026-01-01T00:00:00.001Z', status: 'active' }),
      one('c', { name: 'n2', priority: 2, created_at: '2026-01-01T00:00:00.002Z', status: 'archived' }),
      one('d', { name: 'n2', priority: 2, created_at: '2026-01-01T00:00:00.002Z' }),
    )
  })

  test.each([
    ['priority', 'desc', 'bcda'],
    ['priority', 'asc', 'acdb'],
    ['name', 'asc', 'bcda'],
    ['name', 'desc', 'acdb'],
    ['created_at', 'asc', 'bcda'],
    ['status', 'asc', 'bcad'],
    ['updated_at', 'asc', 'abcd'],
    ['nonsense', 'desc', 'bcda'],
    ['name; drop table workflows', 'desc', 'bcda'],
    ['constructor', 'desc', 'bcda'],
  ] as const)('by %s %s puts ties in the order of their ids', async (by, order, expected) => {
    expect(await ids({ by, order })).toBe(expected)
  })

  test('is cut into pages that neither repeat nor skip', async () => {
    const sort: Sort = { by: 'name', order: 'desc' }
    const pages = await Promise.all([0, 1, 2, 3, 4].map(offset => ids(sort, { limit: 1, offset })))
    expect(pages).toEqual(['a', 'c', 'd', 'b', ''])
    expect((await store.workflows.list({}, sort, { limit: 1, offset: 4 })).total).toBe(4)
  })

  test('has exactly those with the tag', async () => {
    const tagged = (id: string, ...tags: string[]) =>
      store.workflows.insert(workflow({ workflow_id: id, tags }))
    await save(
      store,
      tagged('e', '100%'),
      tagged('f', '100x'),
      tagged('g', 'a_b', 'other'),
      tagged('h', 'axb'),
    )
    const found = async (tag: string) =>
      (await store.workflows.list({ tag }, BY_PRIORITY, ALL)).rows.map(row => row.workflow_id).join('')
    expect(await found('100%')).toBe('e')
    expect(await found('a_b')).toBe('g')
    expect(await found('other')).toBe('g')
    expect(await found('oth')).toBe('')
    expect(await found('100X')).toBe('')
    expect(await found('%')).toBe('')
    expect(await found('')).toBe('')
    expect(await found('"other"')).toBe('')
  })
})

describe('keys', () => {
  test('are those of latest versions, by id, so many at most behind an id', async () => {
    await threeVersions()
    await save(
      store,
      store.workflows.insert(workflow({ workflow_id: 'a', status: 'active', priority: 7, tags: ['t'] })),
      store.workflows.insert(workflow({ workflow_id: 'z', name: 'last', tags: ['t'] })),
    )
    const a = { id: 'a', version: 1, name: workflow().name, priority: 7 }
    const orders = { id: 'orders', version: 3, name: 'three', priority: workflow().priority }
    const z = { id: 'z', version: 1, name: 'last', priority: workflow().priority }
    expect(await store.workflows.keys({}, '', 9)).toEqual([a, orders, z])
    expect(await store.workflows.keys({}, 'a', 1)).toEqual([orders])
    expect(await store.workflows.keys({ tag: 't' }, '', 9)).toEqual([a, z])
    expect(await store.workflows.keys({ status: 'active' }, '', 9)).toEqual([a])
    await save(store, store.channels.insert(channel()))
    expect(await store.channels.keys({}, '', 9)).toMatchObject([{ id: channel().channel_id, version: 1 }])
  })
})

describe('a row whose JSON is broken', () => {
  beforeEach(async () => {
    await save(
      store,
      store.workflows.insert(workflow({ workflow_id: 'good', name: 'Good', tags: ['t'] })),
      store.workflows.insert(workflow({ workflow_id: 'bad', name: 'Bad', tags: ['t'] })),
    )
  })

  test.each([
    ["tasks_json = '[{'", 'column "tasks_json" is not JSON'],
    ["condition_json = ''", 'column "condition_json" is not JSON'],
    ["tags = '[1]'", 'column "tags" is not a JSON array of strings'],
    [`tags = '{"a":1}'`, 'column "tags" is not a JSON array of strings'],
    ["tags = 'x'", 'column "tags" is not JSON'],
  ])('by %s fails alone and is named beside its neighbours', async (broken, reason) => {
    sql(`update workflows set ${broken} where workflow_id = 'bad'`)
    sql("update workflows set status = 'active'")
    expect(await refusal(store.workflows.latest('bad'))).toBe(
      'INTERNAL_ERROR The stored workflow "bad" version 1 cannot be read',
    )
    expect(await refusal(store.workflows.version('bad', 1))).toStartWith('INTERNAL_ERROR')
    const { rows, unreadable } = await store.workflows.active()
    expect(rows.map(row => row.workflow_id)).toEqual(['good'])
    expect(unreadable).toEqual([
      { id: 'bad', version: 1, name: 'Bad', reason: expect.stringContaining(reason) },
    ])
    const listed = await store.workflows.list({}, BY_PRIORITY, ALL)
    expect(listed.rows.map(row => row.workflow_id)).toEqual(['good'])
    expect(listed.total).toBe(2)
    expect(listed.unreadable).toEqual(unreadable)
    expect(
      (await store.workflows.list({ tag: 't' }, BY_PRIORITY, ALL)).rows.map(row => row.workflow_id),
    ).toEqual(['good'])
    expect((await store.workflows.versions('bad', ALL)).unreadable).toEqual(unreadable)
  })

  test('of a channel: methods and config must be what they say', async () => {
    await save(store, store.channels.insert(channel({ status: 'draft' })))
    sql(`update channels set methods = '"POST"'`)
    expect(await refusal(store.channels.latest('orders'))).toStartWith('INTERNAL_ERROR')
    sql(`update channels set methods = null, config_json = '[]'`)
    expect(await refusal(store.channels.latest('orders'))).toStartWith('INTERNAL_ERROR')
    sql(`update channels set config_json = '{}', protocol = 'gopher'`)
    const error = await store.channels.latest('orders').catch(error => error)
    expect(error.cause.message).toBe('column "protocol" is "gopher", not one of rest, http, kafka')
  })

  test('can still be deleted and archived', async () => {
    sql("update workflows set tasks_json = '[{', status = 'active' where workflow_id = 'bad'")
    expect((await store.workflows.states('bad')).map(state => state.status)).toEqual(['active'])
    await save(
      store,
      store.workflows.setStatus({
        id: 'bad',
        version: 1,
        from: 'active',
        to: 'archived',
        at: LATER,
        otherwise: gone,
      }),
    )
    await save(store, store.workflows.delete('bad', gone))
    expect(await store.workflows.states('bad')).toEqual([])
  })
})
