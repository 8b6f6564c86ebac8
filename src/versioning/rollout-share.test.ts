import { describe, expect, test } from 'bun:test'
import { shareProblems } from './rollout-share.ts'

describe.each([0, 1] as const)('from %p', minimum => {
  test.each([undefined, null, minimum, 1, 99, 100])('%p is a share', share => {
    expect(shareProblems(share, minimum)).toEqual([])
  })

  test.each([minimum - 1, -1, 101, 1e9])('%p is none', share => {
    expect(shareProblems(share, minimum)).toMatchObject([
      {
        path: 'rollout_percentage',
        code: 'OUT_OF_RANGE',
        message: `rollout_percentage must be between ${minimum} and 100`,
        got: share,
      },
    ])
  })
})
