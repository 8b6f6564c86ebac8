import { describe, expect, test } from 'bun:test'
import { compiled, mapTask } from '../engine/test-run.ts'
import { workflow } from '../storage/test-store.ts'
import { type Candidate, outcomeOf } from './sides.ts'

const WORKFLOW = compiled([mapTask('a', { 'data.a': 1 })])

function good(version: number, share: number): Candidate {
  return {
    version,
    share,
    side: { version, workflow: WORKFLOW, definition: workflow({ version }), keeps: [], hash: 'h' },
  }
}

const broken = (version: number, share: number | undefined): Candidate => ({
  version,
  share,
  side: 'no good',
})

function shares(newer: Candidate, older?: Candidate): unknown {
  const outcome = outcomeOf(newer, older)
  return outcome.kind === 'broken'
    ? `${outcome.version} ${outcome.reason}`
    : outcome.sides.map(({ version, share }) => [version, share])
}

test.each([100, 40, 0])('one version that says %p has all of the traffic', share => {
  expect(shares(good(1, share))).toEqual([[1, 100]])
})

test.each([
  [10, 90, 90],
  [0, 100, 100],
  [100, 100, 0],
  [50, 80, 50],
])('of two the newer has its %p, and the older, whatever it says (%p), the rest: %p', (one, other, rest) => {
  expect(shares(good(2, one), good(1, other))).toEqual([
    [2, one],
    [1, rest],
  ])
})

describe('one that cannot run', () => {
  test('breaks the workflow where it is asked', () => {
    expect(shares(broken(1, 100))).toBe('1 no good')
    expect(shares(broken(2, 10), good(1, 90))).toBe('2 no good')
    expect(shares(good(2, 10), broken(1, 90))).toBe('1 no good')
    expect(shares(broken(2, undefined), good(1, 90))).toBe('2 no good')
  })

  test('does not matter where it has nothing of the traffic', () => {
    expect(shares(broken(2, 0), good(1, 100))).toEqual([[1, 100]])
    expect(shares(good(2, 100), broken(1, undefined))).toEqual([[2, 100]])
  })
})
