import { expect, test } from 'bun:test'
import { instantOf, newId } from './ids.ts'

test('an id tells when it was made', () => {
  expect(instantOf('019b7cdd-6a6e-7000-8000-000000000000')).toBe(0x019b7cdd6a6e)
  const before = Date.now()
  const made = instantOf(newId())
  expect(made).toBeGreaterThanOrEqual(before - 1)
  expect(made).toBeLessThanOrEqual(Date.now() + 1)
})
