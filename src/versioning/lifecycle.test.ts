import { describe, expect, test } from 'bun:test'
import {
  decideDeletion,
  decideNewVersion,
  decideStatus,
  decideUpdate,
  label,
  type Subject,
  type VersionState,
} from './lifecycle.ts'

const orders: Subject = { kind: 'workflow', id: 'orders' }
const route: Subject = { kind: 'channel', id: 'orders' }

function state(version: number, status: VersionState['status'], rolloutPercentage = 100): VersionState {
  return { version, status, rolloutPercentage }
}

const DRAFT: VersionState[] = [state(1, 'draft')]
const ACTIVE: VersionState[] = [state(1, 'active')]
const ACTIVE_AND_DRAFT: VersionState[] = [state(2, 'draft'), state(1, 'active')]
const ARCHIVED: VersionState[] = [state(2, 'archived'), state(1, 'archived')]

const noDraft = {
  refused: true,
  code: 'BAD_REQUEST',
  message: "No draft version found for workflow 'orders'",
}
const noActive = {
  refused: true,
  code: 'BAD_REQUEST',
  message: "No active version found for workflow 'orders'",
}
const hasDraft = { refused: true, code: 'CONFLICT', message: "Workflow 'orders' already has a draft version" }
const notFound = { refused: true, code: 'NOT_FOUND', message: "Workflow 'orders' not found" }

/** Rows of the contract's table (3.7): what each state answers to each of the five wishes. */
const TABLE = [
  {
    from: 'draft only',
    states: DRAFT,
    activate: { version: 1, transitions: [{ version: 1, from: 'draft', to: 'active', share: 100 }] },
    archive: noActive,
    update: { version: 1 },
    newVersion: hasDraft,
    remove: { version: 1 },
  },
  {
    from: 'active only',
    states: ACTIVE,
    activate: noDraft,
    archive: { version: 1, transitions: [{ version: 1, from: 'active', to: 'archived' }] },
    update: noDraft,
    newVersion: { copyOf: 1, version: 2 },
    remove: { version: 1 },
  },
  {
    from: 'active and draft',
    states: ACTIVE_AND_DRAFT,
    activate: {
      version: 2,
      transitions: [
        { version: 1, from: 'active', to: 'archived' },
        { version: 2, from: 'draft', to: 'active', share: 100 },
      ],
    },
    archive: { version: 1, transitions: [{ version: 1, from: 'active', to: 'archived' }] },
    update: { version: 2 },
    newVersion: hasDraft,
    remove: { version: 2 },
  },
  {
    from: 'archived only',
    states: ARCHIVED,
    activate: noDraft,
    archive: noActive,
    update: noDraft,
    newVersion: { copyOf: 2, version: 3 },
    remove: { version: 2 },
  },
  {
    from: 'nothing',
    states: [],
    activate: noDraft,
    archive: noActive,
    update: noDraft,
    newVersion: notFound,
    remove: notFound,
  },
] as const

describe.each(TABLE)('from $from', ({ states, activate, archive, update, newVersion, remove }) => {
  test('activate', () => expect<unknown>(decideStatus(orders, states, 'active')).toEqual(activate))
  test('archive', () => expect<unknown>(decideStatus(orders, states, 'archived')).toEqual(archive))
  test('update', () => expect<unknown>(decideUpdate(orders, states)).toEqual(update))
  test('new version', () => expect<unknown>(decideNewVersion(orders, states)).toEqual(newVersion))
  test('delete', () => expect<unknown>(decideDeletion(orders, states)).toEqual(remove))
})

describe('an activation with a share', () => {
  const draft = (version: number, share: number) => ({ version, from: 'draft', to: 'active', share }) as const
  const activated = (states: readonly VersionState[], share: number) =>
    decideStatus(orders, states, 'active', share)

  test('leaves the rest to what was active', () => {
    expect<unknown>(activated(ACTIVE_AND_DRAFT, 30)).toEqual({
      version: 2,
      transitions: [{ version: 1, from: 'active', to: 'active', share: 70 }, draft(2, 30)],
    })
  })

  test('of nothing leaves everything to it', () => {
    expect(activated(ACTIVE_AND_DRAFT, 0)).toMatchObject({ transitions: [{ share: 100 }, { share: 0 }] })
  })

  test('of two that were active keeps the newer', () => {
    expect<unknown>(
      activated([state(1, 'active', 90), state(2, 'active', 10), state(3, 'draft')], 5),
    ).toEqual({
      version: 3,
      transitions: [
        { version: 2, from: 'active', to: 'active', share: 95 },
        { version: 1, from: 'active', to: 'archived' },
        draft(3, 5),
      ],
    })
  })

  test('is alone where nothing was active', () => {
    expect<unknown>(activated(DRAFT, 20)).toEqual({ version: 1, transitions: [draft(1, 20)] })
  })
})

test('a draft that a rollback has overtaken gets the next number when it goes live', () => {
  const states = [state(4, 'active'), state(3, 'draft'), state(2, 'archived')]
  expect<unknown>(decideStatus(orders, states, 'active')).toEqual({
    version: 3,
    transitions: [
      { version: 4, from: 'active', to: 'archived' },
      { version: 3, from: 'draft', to: 'active', share: 100, becomes: 5 },
    ],
  })
})

test('nothing becomes a draft again', () => {
  expect<unknown>(decideStatus(orders, ACTIVE, 'draft')).toEqual({
    refused: true,
    code: 'BAD_REQUEST',
    message: "Invalid status transition to 'draft'. Use 'active' or 'archived'",
  })
})

test('two active versions, as another server may leave them, are archived together and the newest is shown', () => {
  const split: VersionState[] = [state(3, 'active'), state(4, 'active'), state(5, 'draft')]
  expect<unknown>(decideStatus(orders, split, 'archived')).toEqual({
    version: 4,
    transitions: [
      { version: 4, from: 'active', to: 'archived' },
      { version: 3, from: 'active', to: 'archived' },
    ],
  })
  expect<unknown>(decideStatus(orders, split, 'active')).toMatchObject({
    version: 5,
    transitions: [{ version: 4 }, { version: 3 }, { version: 5, to: 'active' }],
  })
})

test('a refusal names a channel as a channel', () => {
  expect(decideUpdate(route, [])).toMatchObject({ message: "No draft version found for channel 'orders'" })
  expect(decideStatus(route, [], 'archived')).toMatchObject({
    message: "No active version found for channel 'orders'",
  })
  expect(decideNewVersion(route, DRAFT)).toMatchObject({
    message: "Channel 'orders' already has a draft version",
  })
  expect(label(route)).toBe("Channel 'orders'")
})
