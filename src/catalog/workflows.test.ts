import { describe, expect, test } from 'bun:test'
import { activeWorkflow, writing } from '../dispatch/test-room.ts'
import { isObject, type JsonObject } from '../std/json.ts'
import { workflow } from '../storage/test-store.ts'
import { ALICE, channelBody, expectRefusal, openOffice, workflowBody } from './test-catalog.ts'

const PAGE = { limit: 50, offset: 0 }
const ACTIVE = { status: 'active' }
const ARCHIVED = { status: 'archived' }

describe('create', () => {
  test('makes version 1, a draft, with every default', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    const body = workflowBody('orders', 'v1', {
      $schema: 'x',
      channel: 'orders',
      status: 'active',
      version: 9,
    })
    const row = await workflows.create(ALICE, body)
    expect(row).toEqual({
      workflow_id: 'orders',
      version: 1,
      name: 'orders',
      description: null,
      priority: 0,
      status: 'draft',
      rollout_percentage: 100,
      condition: true,
      tasks: body.tasks ?? null,
      tags: [],
      continue_on_error: false,
      loop: null,
      created_at: '2026-01-02T03:04:05.678Z',
      updated_at: '2026-01-02T03:04:05.678Z',
    })
    expect(await workflows.get('orders')).toEqual(row)
  })

  test('makes an id where the body names none', async () => {
    await using office = await openOffice()
    const { workflow_id: _, ...body } = workflowBody('x')
    const row = await office.catalog.workflows.create(ALICE, body)
    expect(row.workflow_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('keeps nasty texts and large numbers as they are', async () => {
    await using office = await openOffice()
    const logic = {
      cat: ["'; drop table workflows; --", '\0', '\ud800', '👩‍👩‍👧', '\u202e', 9007199254740991],
    }
    const input = { mappings: [{ path: 'data.a', logic }] }
    const body = workflowBody('nasty', '', {
      name: `"'; <script> \u202e👩‍👩‍👧`,
      condition: { '==': [{ var: '\0' }, '\udfff'] },
      tasks: [{ id: '"\n', name: '\u2028', function: { name: 'map', input } }],
      tags: ["'", '%_', '\\'],
    })
    const row = await office.catalog.workflows.create(ALICE, body)
    expect(row).toMatchObject(body)
    expect(await office.catalog.workflows.get('nasty')).toEqual(row)
  })

  test.each([[null], [[]], ['text'], [7]])('%j is no body', async body => {
    await using office = await openOffice()
    const refused = office.catalog.workflows.create(ALICE, body)
    await expectRefusal(refused, 'VALIDATION_ERROR', 'The body must be a JSON object')
  })

  test('lists every problem and writes nothing', async () => {
    await using office = await openOffice()
    const bad = { workflow_id: '-', name: '', tasks: [{ id: 'a' }], priority: -1 }
    const error = await office.catalog.workflows.create(ALICE, bad).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'name: Name must not be empty (and 4 more)',
    })
    expect((await office.catalog.workflows.list({}, { by: 'name', order: 'asc' }, PAGE)).total).toBe(0)
    expect(await office.audit()).toEqual([])
  })

  test('an id that exists is a conflict, also in a race, whatever its versions are', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    const outcomes = await Promise.allSettled([
      workflows.create(ALICE, workflowBody('orders', 'a')),
      workflows.create(ALICE, workflowBody('orders', 'b')),
      office.second().workflows.create(ALICE, workflowBody('orders', 'c')),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    await workflows.setStatus(ALICE, 'orders', ACTIVE)
    await workflows.setStatus(ALICE, 'orders', ARCHIVED)
    const again = workflows.create(ALICE, workflowBody('orders'))
    await expectRefusal(again, 'CONFLICT', "Workflow 'orders' already exists")
    expect((await office.audit()).map(({ action }) => action)).toEqual([
      'create',
      'status_active',
      'status_archived',
    ])
  })
})

describe('update', () => {
  test('changes what is given, keeps what is null or left out, and never the identity', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    const made = await workflows.create(
      ALICE,
      workflowBody('orders', 'v1', { description: 'd', condition: { var: 'data.x' }, tags: ['t'] }),
    )
    office.room.clock.advance(1000)
    const body = {
      name: 'New',
      description: null,
      condition: null,
      tags: null,
      workflow_id: 'other',
      version: 7,
    }
    const row = await workflows.update(ALICE, 'orders', body)
    expect(row).toEqual({ ...made, name: 'New', updated_at: '2026-01-02T03:04:06.678Z' })
    expect(await workflows.get('orders')).toEqual(row)
  })

  test('takes a loop away by null, and by nothing else', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    const loop = { max: 3, counter: 'i' }
    expect((await workflows.create(ALICE, workflowBody('orders', 'v1', { loop }))).loop).toEqual(loop)
    expect((await workflows.update(ALICE, 'orders', { name: 'v2' })).loop).toEqual(loop)
    expect((await workflows.update(ALICE, 'orders', { loop: { max: 4 } })).loop).toEqual({ max: 4 })
    expect((await workflows.update(ALICE, 'orders', { loop: null })).loop).toBeNull()
    expect((await workflows.get('orders')).loop).toBeNull()
  })

  test('a new version keeps the loop of the one before', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders', 'v1', { loop: { max: 3 } }))
    await workflows.setStatus(ALICE, 'orders', ACTIVE)
    expect((await workflows.createVersion(ALICE, 'orders')).loop).toEqual({ max: 3 })
  })

  test('checks the draft as it would be', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    await expectRefusal(
      workflows.update(ALICE, 'orders', { name: ' ' }),
      'VALIDATION_ERROR',
      'Name must not be',
    )
    await expectRefusal(workflows.update(ALICE, 'orders', { tasks: [] }), 'VALIDATION_ERROR', 'Tasks must be')
    await expectRefusal(workflows.update(ALICE, 'orders', []), 'VALIDATION_ERROR', 'must be a JSON object')
    expect((await workflows.get('orders')).name).toBe('orders')
  })

  test('fields changed by two at the same time are all kept', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    await Promise.all([
      workflows.update(ALICE, 'orders', { name: 'N' }),
      workflows.update(ALICE, 'orders', { description: 'D' }),
      workflows.update(ALICE, 'orders', { priority: 5 }),
    ])
    expect(await workflows.get('orders')).toMatchObject({ name: 'N', description: 'D', priority: 5 })
  })

  test('a draft that becomes active in between is updated no more', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    const [activated, updated] = await Promise.allSettled([
      workflows.setStatus(ALICE, 'orders', ACTIVE),
      office.second().workflows.update(ALICE, 'orders', { name: 'Late' }),
    ])
    expect(activated.status).toBe('fulfilled')
    const stored = await workflows.get('orders')
    expect(stored.status).toBe('active')
    if (updated.status === 'rejected') {
      expect(updated.reason).toMatchObject({ message: "No draft version found for workflow 'orders'" })
      expect(stored.name).toBe('orders')
    }
  })
})

describe('every row of the transition table', () => {
  const steps = ['create', 'activate', 'archive', 'newVersion'] as const
  type Step = (typeof steps)[number]
  const STATES: Record<string, Step[]> = {
    'draft only': ['create'],
    'active only': ['create', 'activate'],
    'active and draft': ['create', 'activate', 'newVersion'],
    'archived only': ['create', 'activate', 'archive'],
    nothing: [],
  }
  const noDraft = "BAD_REQUEST No draft version found for workflow 'w'"
  const noActive = "BAD_REQUEST No active version found for workflow 'w'"
  const hasDraft = "CONFLICT Workflow 'w' already has a draft version"
  const notFound = "NOT_FOUND Workflow 'w' not found"
  const TABLE = [
    { state: 'draft only', answers: ['v1 active', noActive, 'v1 draft', hasDraft, 'deleted'] },
    { state: 'active only', answers: [noDraft, 'v1 archived', noDraft, 'v2 draft', 'deleted'] },
    { state: 'active and draft', answers: ['v2 active', 'v1 archived', 'v2 draft', hasDraft, 'deleted'] },
    { state: 'archived only', answers: [noDraft, noActive, noDraft, 'v2 draft', 'deleted'] },
    { state: 'nothing', answers: [noDraft, noActive, noDraft, notFound, notFound] },
  ]

  test.each(TABLE)('$state', async ({ state, answers }) => {
    const wishes = ['activate', 'archive', 'update', 'newVersion', 'delete'] as const
    for (const [at, wish] of wishes.entries()) {
      await using office = await openOffice()
      const { workflows } = office.catalog
      const doing = {
        create: () => workflows.create(ALICE, workflowBody('w')),
        activate: () => workflows.setStatus(ALICE, 'w', ACTIVE),
        archive: () => workflows.setStatus(ALICE, 'w', ARCHIVED),
        update: () => workflows.update(ALICE, 'w', { name: 'x' }),
        newVersion: () => workflows.createVersion(ALICE, 'w'),
        delete: () => workflows.delete(ALICE, 'w'),
      }
      for (const step of STATES[state] ?? []) await doing[step]()
      const answer = await doing[wish]().then(
        row => (row ? `v${row.version} ${row.status}` : 'deleted'),
        (error: { code: string; message: string }) => `${error.code} ${error.message}`,
      )
      expect([wish, answer]).toEqual([wish, answers[at] ?? ''])
    }
  })
})

describe('status', () => {
  test('activation archives what was active, is live when it answers, and drafts never are', async () => {
    await using office = await openOffice()
    const { workflows, channels } = office.catalog
    const answer = async () => (await office.room.send('orders')).data
    await workflows.create(ALICE, workflowBody('orders', 'v1'))
    await workflows.setStatus(ALICE, 'orders', { status: 'active', rollout_percentage: 100 })
    await channels.create(ALICE, channelBody('orders'))
    await channels.setStatus(ALICE, 'orders', ACTIVE)
    const { generation } = office.room.live.status()
    expect(await answer()).toEqual({ answer: 'v1' })
    await workflows.createVersion(ALICE, 'orders')
    await workflows.update(ALICE, 'orders', workflowBody('orders', 'v2'))
    expect(await answer()).toEqual({ answer: 'v1' })
    expect(office.room.live.status().generation).toBe(generation)
    await workflows.setStatus(ALICE, 'orders', ACTIVE)
    expect(await answer()).toEqual({ answer: 'v2' })
    expect(
      (await workflows.versions('orders', PAGE)).rows.map(({ version, status }) => [version, status]),
    ).toEqual([
      [2, 'active'],
      [1, 'archived'],
    ])
    await workflows.setStatus(ALICE, 'orders', ARCHIVED)
    expect(await answer()).toEqual({})
  })

  test('what is live after a change is what a reload would make of it', async () => {
    await using office = await openOffice()
    const { workflows, channels } = office.catalog
    for (const id of ['b', 'a', 'c']) {
      await workflows.create(ALICE, workflowBody(id))
      await workflows.setStatus(ALICE, id, ACTIVE)
      await channels.create(ALICE, channelBody(id, { priority: id === 'c' ? 5 : 0 }))
      await channels.setStatus(ALICE, id, ACTIVE)
    }
    const changed = office.served()
    await office.catalog.reload(ALICE)
    expect(changed).toEqual(office.served())
    expect(changed).toEqual(['c', 'a', 'b'])
  })

  test.each([
    [{ status: 'draft' }, 'BAD_REQUEST', "Invalid status transition to 'draft'. Use 'active' or 'archived'"],
    [{ status: 'activ' }, 'VALIDATION_ERROR', 'status: must be one of draft, active, archived; did you mean'],
    [{ status: 5 }, 'VALIDATION_ERROR', 'status: must be one of'],
    [{}, 'VALIDATION_ERROR', 'status: "status" is required'],
    ['active', 'VALIDATION_ERROR', 'The body must be a JSON object'],
    [{ status: 'active', rollout_percentage: 101 }, 'VALIDATION_ERROR', 'must be between 0 and 100'],
    [{ status: 'active', rollout_percentage: -1 }, 'VALIDATION_ERROR', 'must be between 0 and 100'],
    [{ status: 'active', rollout_percentage: 99.5 }, 'VALIDATION_ERROR', 'must be an integer'],
    [{ status: 'active', rollout_percentage: '100' }, 'VALIDATION_ERROR', 'must be an integer'],
    [{ status: 'active', shadow: 'yes' }, 'VALIDATION_ERROR', 'shadow: must be true or false'],
  ] as const)('%j is refused', async (body, code, message) => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    await expectRefusal(workflows.setStatus(ALICE, 'orders', body), code, message)
    expect((await workflows.get('orders')).status).toBe('draft')
  })

  test('the share does not matter when archiving', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    await workflows.setStatus(ALICE, 'orders', { status: 'active', rollout_percentage: null, shadow: null })
    const body = { status: 'archived', rollout_percentage: 50 }
    expect(await workflows.setStatus(ALICE, 'orders', body)).toMatchObject({ status: 'archived' })
  })

  test('of two activations at once one succeeds and the other finds no draft', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    const outcomes = await Promise.allSettled([
      workflows.setStatus(ALICE, 'orders', ACTIVE),
      workflows.setStatus(ALICE, 'orders', ACTIVE),
      office.second().workflows.setStatus(ALICE, 'orders', ACTIVE),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({
          code: 'BAD_REQUEST',
          message: "No draft version found for workflow 'orders'",
        })
      }
    }
  })

  test('a stored draft is held to the rules of this version before it goes live', async () => {
    await using office = await openOffice()
    const { store } = office.room
    const old = [{ id: 'a', name: 'A', function: { name: 'mongo_read', input: {} } }, { id: 'a' }]
    await store.commit(writing(store.workflows.insert(workflow({ workflow_id: 'old', tasks: old }))))
    const error = await office.catalog.workflows
      .setStatus(ALICE, 'old', ACTIVE)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining("Cannot activate workflow 'old' version 1: tasks[1].name: Task at"),
      details: expect.arrayContaining([
        expect.objectContaining({ path: 'tasks[0].function.name', code: 'NOT_AVAILABLE' }),
        expect.objectContaining({ path: 'tasks[1].id', code: 'DUPLICATE' }),
      ]),
    })
    expect((await office.catalog.workflows.get('old')).status).toBe('draft')
  })

  test('two active versions of another server are archived together', async () => {
    await using office = await openOffice()
    const { store } = office.room
    const split = [3, 4].map(version =>
      store.workflows.insert(activeWorkflow({ workflow_id: 'w', version, rollout_percentage: 50 })),
    )
    await store.commit(writing(...split))
    const { workflows } = office.catalog
    expect(await workflows.setStatus(ALICE, 'w', ARCHIVED)).toMatchObject({ version: 4, status: 'archived' })
    expect((await store.workflows.states('w')).map(({ status }) => status)).toEqual(['archived', 'archived'])
  })
})

describe('versions', () => {
  test('a new one copies the newest, also an archived one, and starts as a draft', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders', 'v1', { tags: ['t'], priority: 3 }))
    await workflows.setStatus(ALICE, 'orders', ACTIVE)
    await workflows.setStatus(ALICE, 'orders', ARCHIVED)
    office.room.clock.advance(5000)
    const first = await workflows.get('orders')
    expect(await workflows.createVersion(ALICE, 'orders')).toEqual({
      ...first,
      version: 2,
      status: 'draft',
      created_at: '2026-01-02T03:04:10.678Z',
      updated_at: '2026-01-02T03:04:10.678Z',
    })
    const page = await workflows.versions('orders', { limit: 1, offset: 1 })
    expect([page.total, page.rows.map(({ version }) => version)]).toEqual([2, [1]])
  })

  test('of two at once one is made', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    await workflows.setStatus(ALICE, 'orders', ACTIVE)
    const outcomes = await Promise.allSettled([
      workflows.createVersion(ALICE, 'orders'),
      office.second().workflows.createVersion(ALICE, 'orders'),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({
          code: 'CONFLICT',
          message: "Workflow 'orders' already has a draft version",
        })
      }
    }
  })

  test('of an unknown id there are none', async () => {
    await using office = await openOffice()
    const { workflows } = office.catalog
    await expectRefusal(workflows.versions('no', PAGE), 'NOT_FOUND', "Workflow 'no' not found")
    await expectRefusal(workflows.get('no'), 'NOT_FOUND', "Workflow 'no' not found")
  })
})

describe('delete', () => {
  test('takes every version, off line too, and leaves channels that use it as they are', async () => {
    await using office = await openOffice()
    const { workflows, channels } = office.catalog
    await workflows.create(ALICE, workflowBody('orders'))
    await workflows.setStatus(ALICE, 'orders', ACTIVE)
    await workflows.createVersion(ALICE, 'orders')
    await channels.create(ALICE, channelBody('orders'))
    await channels.setStatus(ALICE, 'orders', ACTIVE)
    await workflows.delete(ALICE, 'orders')
    await expectRefusal(workflows.get('orders'), 'NOT_FOUND', "Workflow 'orders' not found")
    expect((await channels.get('orders')).status).toBe('active')
    expect((await office.room.send('orders')).data).toEqual({})
    await expectRefusal(workflows.delete(ALICE, 'orders'), 'NOT_FOUND', "Workflow 'orders' not found")
    expect(await workflows.create(ALICE, workflowBody('orders'))).toMatchObject({ version: 1 })
  })

  test('also what cannot be read', async () => {
    await using office = await openOffice()
    const { store, live } = office.room
    await store.commit(writing(store.workflows.insert(workflow({ workflow_id: 'broken' }))))
    for (const change of ["tags = '{'", "status = 'active'"]) {
      const sql = `update workflows set ${change} where workflow_id = 'broken'`
      await store.commit(writing({ sql, params: [] }))
    }
    await live.reload()
    const { workflows } = office.catalog
    await expectRefusal(workflows.get('broken'), 'INTERNAL_ERROR', 'cannot be read')
    await workflows.delete(ALICE, 'broken')
    await expectRefusal(workflows.get('broken'), 'NOT_FOUND', 'not found')
    expect(live.status().load_issues.workflows).toEqual([])
    expect(await office.details()).toEqual({})
  })
})

test('the audit tells who did what, with the fields that changed', async () => {
  await using office = await openOffice()
  const { workflows } = office.catalog
  const steps: [string, () => Promise<unknown>, JsonObject][] = [
    [
      'create',
      () => workflows.create(ALICE, workflowBody('w')),
      { before: null, after: { status: 'draft', version: 1 } },
    ],
    [
      'update',
      () => workflows.update(ALICE, 'w', { name: 'N', priority: 0 }),
      { before: { name: 'w' }, after: { name: 'N' } },
    ],
    [
      'status_active',
      () => workflows.setStatus(ALICE, 'w', ACTIVE),
      { before: { status: 'draft' }, after: { status: 'active' } },
    ],
    [
      'status_archived',
      () => workflows.setStatus(ALICE, 'w', ARCHIVED),
      { before: { status: 'active' }, after: { status: 'archived' } },
    ],
    [
      'create_version',
      () => workflows.createVersion(ALICE, 'w'),
      { before: { version: 1, status: 'archived' }, after: { version: 2, status: 'draft' } },
    ],
    ['delete', () => workflows.delete(ALICE, 'w'), { before: { version: 2, name: 'N' }, after: null }],
  ]
  for (const [action, step, details] of steps) {
    office.room.clock.advance(1)
    await step()
    expect((await office.audit()).at(-1)).toMatchObject({
      principal: 'alice...',
      action,
      resource_type: 'workflow',
      resource_id: 'w',
    })
    expect(await office.details()).toMatchObject(details)
  }
  const [, updated] = await office.audit()
  expect(JSON.parse(updated?.details ?? '')).toEqual({ before: { name: 'w' }, after: { name: 'N' } })
  const newest = await office.catalog.auditLogs({ limit: 2, offset: 0 })
  expect([newest.total, newest.rows.map(({ action }) => action)]).toEqual([6, ['delete', 'create_version']])
})

test('a long value is told by its length', async () => {
  await using office = await openOffice()
  await office.catalog.workflows.create(ALICE, workflowBody('w', 'x'.repeat(20_000)))
  const { after } = await office.details()
  expect(isObject(after) && after.tasks).toMatch(/^\(20\d\d\d characters\)$/)
})
