import { describe, expect, test } from 'bun:test'
import type { Subject, VersionState } from './lifecycle.ts'
import { decideRollback, decideShare } from './rollout.ts'

const orders: Subject = { kind: 'workflow', id: 'orders' }

function state(version: number, status: VersionState['status'], rolloutPercentage = 100): VersionState {
  return { version, status, rolloutPercentage }
}

const ALONE = [state(3, 'draft'), state(2, 'active'), state(1, 'archived')]
const SPLIT = [state(2, 'active', 10), state(1, 'active', 90)]

describe('a share', () => {
  test('of two moves both', () => {
    expect<unknown>(decideShare(orders, SPLIT, 25)).toEqual({
      version: 2,
      transitions: [
        { version: 1, from: 'active', to: 'active', share: 75 },
        { version: 2, from: 'active', to: 'active', share: 25 },
      ],
    })
  })

  test('of all archives the older', () => {
    expect<unknown>(decideShare(orders, SPLIT, 100)).toEqual({
      version: 2,
      transitions: [
        { version: 1, from: 'active', to: 'archived' },
        { version: 2, from: 'active', to: 'active', share: 100 },
      ],
    })
  })

  test('of all of one that is alone changes nothing', () => {
    expect<unknown>(decideShare(orders, ALONE, 100)).toEqual({ version: 2, transitions: [] })
  })

  test('of all of one that is alone with less is written', () => {
    expect<unknown>(decideShare(orders, [state(1, 'active', 20)], 100)).toEqual({
      version: 1,
      transitions: [{ version: 1, from: 'active', to: 'active', share: 100 }],
    })
  })

  test('archives what is beyond two, as another server may leave it', () => {
    expect(decideShare(orders, [...SPLIT, state(3, 'active')], 40)).toMatchObject({
      version: 3,
      transitions: [
        { version: 2, share: 60 },
        { version: 1, to: 'archived' },
        { version: 3, share: 40 },
      ],
    })
  })

  test('of a part needs two', () => {
    expect<unknown>(decideShare(orders, ALONE, 99)).toEqual({
      refused: true,
      code: 'BAD_REQUEST',
      message: 'Cannot set partial rollout with only one active version',
    })
  })

  test.each([[[]], [[state(2, 'draft'), state(1, 'archived')]]])('needs an active version: %j', states => {
    expect<unknown>(decideShare(orders, states, 100)).toEqual({
      refused: true,
      code: 'BAD_REQUEST',
      message: "No active versions found for workflow 'orders'",
    })
  })
})

describe('a rollback', () => {
  test('is a new version alone, and leaves the draft', () => {
    expect<unknown>(decideRollback(orders, ALONE, 1)).toEqual({
      copyOf: 1,
      version: 4,
      transitions: [{ version: 2, from: 'active', to: 'archived' }],
    })
  })

  test('to one side of a split ends both', () => {
    expect(decideRollback(orders, SPLIT, 1)).toMatchObject({
      copyOf: 1,
      version: 3,
      transitions: [
        { version: 2, to: 'archived' },
        { version: 1, to: 'archived' },
      ],
    })
  })

  test('brings back what is archived where nothing is active', () => {
    expect<unknown>(decideRollback(orders, [state(1, 'archived')], 1)).toEqual({
      copyOf: 1,
      version: 2,
      transitions: [],
    })
  })

  test.each([
    [[], 1, 'NOT_FOUND', "Workflow 'orders' not found"],
    [ALONE, 7, 'NOT_FOUND', "Workflow 'orders' has no version 7"],
    [
      ALONE,
      2,
      'CONFLICT',
      "Workflow 'orders' version 2 answers all of the traffic already; name an earlier version",
    ],
    [
      ALONE,
      3,
      'CONFLICT',
      "Workflow 'orders' version 3 is the draft, which was never active; activate it instead",
    ],
  ] as const)('of %j to %p is refused as %s', (states, version, code, message) => {
    expect<unknown>(decideRollback(orders, states, version)).toEqual({ refused: true, code, message })
  })
})
