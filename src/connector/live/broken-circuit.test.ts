import { describe, expect, test } from 'bun:test'
import { ConnectorError, unavailable } from '../failure.ts'
import { call, openFarSide } from './test-far-side.ts'

const answer = () => Promise.resolve('answered')
const down = () => Promise.reject(unavailable('c', 'connection refused'))
const noRetry = { retry: { max_retries: 0 } }
const forEver = () => new Promise<never>(() => undefined)

describe('a breaker', () => {
  const fail = (far: ReturnType<typeof openFarSide>, live: ReturnType<(typeof far)['live']>, times: number) =>
    Promise.allSettled(Array.from({ length: times }, () => call(live, 'c', down)))

  test('counts a call once, after its retries', async () => {
    const far = openFarSide({ failureThreshold: 2 })
    const live = far.live({ c: { retry: { max_retries: 4, retry_delay_ms: 0 } } })
    let tries = 0
    const failing = () => {
      tries++
      return down()
    }
    await expect(call(live, 'c', failing)).rejects.toThrow()
    expect(tries).toBe(5)
    expect(far.breakers.report().breakers).toEqual({ 'orders:c': 'closed' })
    await expect(call(live, 'c', failing)).rejects.toThrow()
    expect(far.breakers.report()).toEqual({
      breakers: { 'orders:c': 'open' },
      reasons: { 'orders:c': 'connection refused' },
    })
    expect(far.told).toEqual(['cache failed', 'cache failed', 'orders:c opened: connection refused'])
  })

  test('that is open asks nobody and says how long', async () => {
    const far = openFarSide()
    const live = far.live({ c: noRetry })
    await fail(far, live, 3)
    far.pass(0.2)
    let asked = 0
    const counted = async () => asked++
    await expect(call(live, 'c', counted)).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
      message: "Circuit breaker open for connector 'c' on channel 'orders'",
      retryAfterSecs: 1,
    })
    expect(await call(live, 'c', counted, { channel: 'others' })).toBe(0)
  })

  test.each(['DATA_ERROR', 'CONSTRAINT_VIOLATED', 'UPSTREAM_ERROR'] as const)(
    'takes %s for a sign of life',
    async code => {
      const far = openFarSide()
      const live = far.live({ c: noRetry })
      await fail(far, live, 2)
      const refused = () => Promise.reject(new ConnectorError(code, 'no'))
      await expect(call(live, 'c', refused)).rejects.toMatchObject({ code })
      await fail(far, live, 2)
      expect(far.breakers.notClosed()).toEqual({})
      expect(far.told.length).toBe(code === 'UPSTREAM_ERROR' ? 5 : 4)
    },
  )

  test('learns nothing from what was refused before the far side was asked', async () => {
    const far = openFarSide()
    const live = far.live({ c: noRetry })
    await fail(far, live, 2)
    const refusals = [
      new ConnectorError('VALIDATION_ERROR', 'no'),
      new ConnectorError('UPSTREAM_ERROR', 'no', { isUntouched: true }),
    ]
    for (const refusal of refusals) {
      await expect(call(live, 'c', () => Promise.reject(refusal))).rejects.toBe(refusal)
    }
    await fail(far, live, 1)
    expect(far.breakers.notClosed()).toEqual({ 'orders:c': 'open' })
  })

  test('half open lets one call through, which closes it', async () => {
    const far = openFarSide()
    const live = far.live({ c: noRetry })
    await fail(far, live, 3)
    far.pass(1)
    const far_side = Promise.withResolvers<string>()
    const probe = call(live, 'c', () => far_side.promise)
    await expect(call(live, 'c', answer)).rejects.toMatchObject({ code: 'CIRCUIT_OPEN', retryAfterSecs: 1 })
    far_side.resolve('back')
    expect(await probe).toBe('back')
    expect(await call(live, 'c', answer)).toBe('answered')
  })

  test('gives the place of a probe whose caller left to the next call', async () => {
    const far = openFarSide()
    const live = far.live({ c: noRetry })
    await fail(far, live, 3)
    far.pass(1)
    const caller = new AbortController()
    const probe = call(live, 'c', forEver, { signal: caller.signal })
    caller.abort()
    await expect(probe).rejects.toMatchObject({ code: 'TIMEOUT_ERROR', isUnwell: false })
    expect(await call(live, 'c', answer)).toBe('answered')
    expect(far.breakers.notClosed()).toEqual({})
  })

  test('hears nothing of a defect of ours', async () => {
    const far = openFarSide({ failureThreshold: 1 })
    const live = far.live({ c: noRetry })
    const defect = new TypeError('undefined is not a function')
    await expect(call(live, 'c', () => Promise.reject(defect))).rejects.toBe(defect)
    expect(far.breakers.notClosed()).toEqual({})
  })
})
