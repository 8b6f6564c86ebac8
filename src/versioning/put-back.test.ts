import { expect, test } from 'bun:test'
import type { VersionState } from './lifecycle.ts'
import { decidePutBack } from './put-back.ts'

const ORDERS = { kind: 'workflow', id: 'orders' } as const
const PAIR = { newer: 3, older: 2 }

function states(...known: [version: number, status: VersionState['status']][]): VersionState[] {
  return known.map(([version, status]) => ({ version, status, rolloutPercentage: 50 }))
}

test('the newer version is archived and the older one gets everything, beside a draft and older archives', () => {
  const before = states([1, 'archived'], [2, 'active'], [3, 'active'], [4, 'draft'])
  expect(decidePutBack(ORDERS, before, PAIR)).toEqual({
    version: 2,
    transitions: [
      { version: 3, from: 'active', to: 'archived' },
      { version: 2, from: 'active', to: 'active', share: 100 },
    ],
  })
})

test.each([
  ['nothing is left', states()],
  ['the newer one answers alone', states([2, 'archived'], [3, 'active'])],
  ['the older one answers alone', states([2, 'active'], [3, 'archived'])],
  ['another one came', states([2, 'archived'], [3, 'active'], [4, 'active'])],
  ['another one came beside both', states([2, 'active'], [3, 'active'], [4, 'active'])],
  ['an older one is still there', states([1, 'active'], [2, 'active'], [3, 'active'])],
])('it is refused when %s', (_, now) => {
  expect(decidePutBack(ORDERS, now, PAIR)).toMatchObject({
    refused: true,
    code: 'CONFLICT',
    message: "Versions 3 and 2 of workflow 'orders' do not share its traffic any more",
  })
})
