import { describe, expect, test } from 'bun:test'
import { decideShadow } from './shadow.ts'
import type { Status } from './status.ts'

const ORDERS = { kind: 'workflow', id: 'orders' } as const

function decided(statuses: readonly Status[], isShadow: boolean, shadow: boolean) {
  const states = statuses.map((status, at) => ({ version: at + 1, status, rolloutPercentage: 100 }))
  return decideShadow(ORDERS, states, { isShadow, shadow })
}

describe('a shadow', () => {
  test('begins and ends for the draft beside an active version', () => {
    expect(decided(['active', 'draft'], false, true)).toMatchObject({ version: 2 })
    expect(decided(['active', 'draft'], true, false)).toMatchObject({ version: 2 })
  })

  test('may end where nothing is active any more', () => {
    expect(decided(['archived', 'draft'], true, false)).toMatchObject({ version: 2 })
  })

  test.each([
    ['there is no draft', ['active'], false, true, 'No draft version found for workflow'],
    ['nothing is active', ['archived', 'draft'], false, true, 'No active version found for workflow'],
    ['none runs that could end', ['active', 'draft'], false, false, 'has no shadow that could end'],
  ] as const)('is refused when %s', (_what, statuses, isShadow, shadow, message) => {
    expect(decided(statuses, isShadow, shadow)).toMatchObject({
      refused: true,
      code: 'BAD_REQUEST',
      message: expect.stringContaining(message),
    })
  })
})
