import { describe, expect, test } from 'bun:test'
import { ConnectorError } from './failure.ts'
import { retryDelayMs } from './retry.ts'

const POLICY = { maxRetries: 3, delayMs: 100 }
const down = new ConnectorError('UPSTREAM_UNAVAILABLE', 'down')
const soon = { tries: 1, isRepeatable: true, remainingMs: 60_000 }
const half = () => 0.5

describe('a failed call', () => {
  test('is tried again after twice the time of before, with full jitter', () => {
    const waits = [1, 2, 3].map(tries => retryDelayMs(down, { ...soon, tries }, POLICY, half))
    expect(waits).toEqual([50, 100, 200])
    expect(retryDelayMs(down, soon, POLICY, () => 0)).toBe(0)
  })

  test('is given up when it was repeated often enough', () => {
    expect(retryDelayMs(down, { ...soon, tries: 4 }, POLICY, half)).toBeUndefined()
    expect(retryDelayMs(down, soon, { ...POLICY, maxRetries: 0 }, half)).toBeUndefined()
  })

  test('is not repeated when it might do something twice', () => {
    const unsafe = { ...soon, isRepeatable: false }
    expect(retryDelayMs(down, unsafe, POLICY, half)).toBeUndefined()
    const refused = new ConnectorError('UPSTREAM_UNAVAILABLE', 'refused', { isUntouched: true })
    expect(retryDelayMs(refused, unsafe, POLICY, half)).toBe(50)
  })

  test.each(['DATA_ERROR', 'CONSTRAINT_VIOLATED', 'VALIDATION_ERROR', 'CIRCUIT_OPEN'] as const)(
    'with %s would fail again',
    code => {
      expect(retryDelayMs(new ConnectorError(code, 'no'), soon, POLICY, half)).toBeUndefined()
    },
  )

  test('waits as long as the far side asks', () => {
    const options = { isPassing: true, isUnwell: true, retryAfterSecs: 2 }
    const busy = new ConnectorError('UPSTREAM_ERROR', 'busy', options)
    expect(retryDelayMs(busy, soon, POLICY, half)).toBe(2000)
  })

  test('is not tried again when its run ends before', () => {
    expect(retryDelayMs(down, { ...soon, remainingMs: 50 }, POLICY, half)).toBeUndefined()
    expect(retryDelayMs(down, { ...soon, remainingMs: 51 }, POLICY, half)).toBe(50)
  })

  test('never waits longer than a minute', () => {
    const late = { tries: 30, isRepeatable: true, remainingMs: Number.POSITIVE_INFINITY }
    expect(retryDelayMs(down, late, { maxRetries: 100, delayMs: 1000 }, () => 1)).toBe(60_000)
  })
})
