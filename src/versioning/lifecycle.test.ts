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

const DRAFT: VersionState[] = [{ version: 1, status: 'draft' }]
const ACTIVE: VersionState[] = [{ version: 1, status: 'active' }]
const ACTIVE_AND_DRAFT: VersionState[] = [
  { version: 2, status: 'draft' },
  { version: 1, status: 'active' },
]
const ARCHIVED: VersionState[] = [
  { version: 2, status: 'archived' },
  { version: 1, status: 'archived' },
]

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
    activate: { version: 1, transitions: [{ version: 1, from: 'draft', to: 'active' }] },
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
        { version: 2, from: 'draft', to: 'active' },
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

test('nothing becomes a draft again', () => {
  expect<unknown>(decideStatus(orders, ACTIVE, 'draft')).toEqual({
    refused: true,
    code: 'BAD_REQUEST',
    message: "Invalid status transition to 'draft'. Use 'active' or 'archived'",
  })
})

test('two active versions, as another server may leave them, are archived together and the newest is shown', () => {
  const split: VersionState[] = [
    { version: 3, status: 'active' },
    { version: 4, status: 'active' },
    { version: 5, status: 'draft' },
  ]
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
