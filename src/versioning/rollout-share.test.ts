import { expect, test } from 'bun:test'
import { shareProblems } from './rollout-share.ts'

test.each([undefined, null, 100])('%p is the whole traffic', share => {
  expect(shareProblems(share)).toEqual([])
})

test.each([-1, 101, 1e9])('%p is no percentage', share => {
  expect(shareProblems(share)).toMatchObject([
    {
      path: 'rollout_percentage',
      code: 'OUT_OF_RANGE',
      message: 'rollout_percentage must be between 0 and 100',
      got: share,
    },
  ])
})

test.each([0, 1, 99])('%p would split traffic, which this version does not do', share => {
  expect(shareProblems(share)).toMatchObject([
    { path: 'rollout_percentage', code: 'NOT_AVAILABLE', got: share },
  ])
})
