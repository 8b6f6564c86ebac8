import { describe, expect, test } from 'bun:test'
import { getEventListeners } from 'node:events'
import { ConnectorError, unavailable } from '../failure.ts'
import { call, openFarSide } from './test-far-side.ts'

const answer = () => Promise.resolve('answered')
const down = () => Promise.reject(unavailable('c', 'connection refused'))
const noRetry = { retry: { max_retries: 0 } }
const forEver = () => new Promise<never>(() => undefined)

describe('operations', () => {
  test('are allowed by name, upper or lower case', async () => {
    const live = openFarSide().live({ c: { operations: ['GET', 'read'] } })
    expect(await call(live, 'c', answer, { operation: 'get' })).toBe('answered')
    expect(await call(live, 'c', answer, { operation: 'READ' })).toBe('answered')
  })

  test('that are not named are refused before anything is opened', async () => {
    const far = openFarSide()
    const live = far.live({ c: { operations: ['read'] }, none: { operations: [] } })
    expect(call(live, 'c', answer, { operation: 'write' })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: "Connector 'c' does not allow 'write'",
      note: 'its operations are read',
    })
    await expect(call(live, 'none', answer)).rejects.toMatchObject({ note: 'its operations are none' })
    expect(far.opened).toEqual([])
    expect(far.breakers.size).toBe(0)
  })
})

describe('places', () => {
  test('are given one after another', async () => {
    const live = openFarSide().live({ c: { max_concurrent: 1 } })
    const seen: string[] = []
    const first = Promise.withResolvers<void>()
    const one = call(live, 'c', async () => {
      await first.promise
      seen.push('first')
    })
    const other = call(live, 'c', async () => seen.push('second'))
    first.resolve()
    await Promise.all([one, other])
    expect(seen).toEqual(['first', 'second'])
  })

  test('that are not free in time make a connector unavailable, of which no breaker hears', async () => {
    const far = openFarSide({ failureThreshold: 1 })
    const live = far.live({ c: { max_concurrent: 1, connect_timeout_ms: 1 } })
    const held = Promise.withResolvers<void>()
    const holding = call(live, 'c', () => held.promise)
    await expect(call(live, 'c', answer)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryAfterSecs: 1,
      isUntouched: true,
    })
    expect(far.breakers.notClosed()).toEqual({})
    held.resolve()
    await holding
    expect(await call(live, 'c', answer)).toBe('answered')
  })

  test('are waited for no longer than the run lasts', async () => {
    const far = openFarSide({ failureThreshold: 1 })
    const live = far.live({ c: { max_concurrent: 1, connect_timeout_ms: 3_600_000 } })
    void call(live, 'c', forEver)
    const run = new AbortController()
    const waiting = call(live, 'c', answer, { signal: run.signal })
    run.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'TIMEOUT_ERROR', isUntouched: true })
    expect(far.breakers.notClosed()).toEqual({})
  })

  test('are free again however a call ends', async () => {
    const live = openFarSide({ failureThreshold: 100 }).live({ c: { max_concurrent: 1, ...noRetry } })
    const run = new AbortController()
    const cut = call(live, 'c', forEver, { signal: run.signal })
    run.abort()
    await expect(cut).rejects.toThrow()
    await expect(call(live, 'c', down)).rejects.toThrow()
    const broken = () => {
      throw new TypeError('a defect')
    }
    await expect(call(live, 'c', broken)).rejects.toThrow('a defect')
    expect(await call(live, 'c', answer)).toBe('answered')
  })
})

describe('a failed try', () => {
  const policy = { c: { retry: { max_retries: 2, retry_delay_ms: 0 } } }
  const failing = (error: ConnectorError) => {
    const tries = { count: 0 }
    const attempt = () => {
      tries.count++
      return Promise.reject(error)
    }
    return { tries, attempt }
  }

  test('is repeated as often as the connector says, or as the call does', async () => {
    const live = openFarSide({ failureThreshold: 100 }).live(policy)
    const byConnector = failing(unavailable('c', 'down'))
    await expect(call(live, 'c', byConnector.attempt)).rejects.toThrow()
    expect(byConnector.tries.count).toBe(3)
    const byCall = failing(unavailable('c', 'down'))
    await expect(call(live, 'c', byCall.attempt, { maxRetries: 1 })).rejects.toThrow()
    expect(byCall.tries.count).toBe(2)
  })

  test('that may have done something is never repeated unasked, one that has not is', async () => {
    const live = openFarSide({ failureThreshold: 100 }).live(policy)
    const unsure = failing(unavailable('c', 'connection reset'))
    await expect(call(live, 'c', unsure.attempt, { isRepeatable: false })).rejects.toThrow()
    expect(unsure.tries.count).toBe(1)
    const untouched = failing(unavailable('c', 'connection refused', { isUntouched: true }))
    await expect(call(live, 'c', untouched.attempt, { isRepeatable: false })).rejects.toThrow()
    expect(untouched.tries.count).toBe(3)
  })

  test('ends as it failed when the run ends before the next one', async () => {
    const live = openFarSide().live({ c: { retry: { max_retries: 5, retry_delay_ms: 3_600_000 } } })
    const run = new AbortController()
    const { attempt, tries } = failing(unavailable('c', 'down'))
    const leaving = () => {
      setTimeout(() => run.abort())
      return attempt()
    }
    const called = call(live, 'c', leaving, { signal: run.signal })
    await expect(called).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', note: 'down' })
    expect(tries.count).toBe(1)
  })

  test('is not repeated past the deadline', async () => {
    const far = openFarSide()
    const live = far.live(policy)
    const busy = failing(new ConnectorError('UPSTREAM_ERROR', 'busy', { isPassing: true, retryAfterSecs: 2 }))
    await expect(call(live, 'c', busy.attempt, { deadlineAt: 1999 })).rejects.toThrow('busy')
    expect(busy.tries.count).toBe(1)
  })
})

describe('the end of a run', () => {
  test('ends a call whose client does not mind its signal; what comes later is nobody’s', async () => {
    const live = openFarSide().live({ c: {} })
    const run = new AbortController()
    const late = Promise.withResolvers<string>()
    const called = call(live, 'c', () => late.promise, { signal: run.signal, operation: 'write' })
    run.abort()
    await expect(called).rejects.toMatchObject({
      code: 'TIMEOUT_ERROR',
      message: "write over connector 'c' did not end in time",
      note: 'the run was stopped',
    })
    late.reject(new Error('too late'))
    await late.promise.catch(() => undefined)
  })

  test('at its deadline counts against the far side', async () => {
    const far = openFarSide({ failureThreshold: 1 })
    const live = far.live({ c: {} })
    const run = new AbortController()
    const called = call(live, 'c', forEver, { signal: run.signal, deadlineAt: 500 })
    far.pass(0.499)
    run.abort()
    await expect(called).rejects.toMatchObject({ note: 'the time of the run was over', isUnwell: true })
    expect(far.breakers.report().reasons).toEqual({ 'orders:c': 'the time of the run was over' })
  })

  test('is listened for while a call lasts, and no longer', async () => {
    const live = openFarSide().live({ c: { retry: { max_retries: 1, retry_delay_ms: 0 } } })
    const { signal } = new AbortController()
    await call(live, 'c', answer, { signal })
    await expect(call(live, 'c', down, { signal })).rejects.toThrow()
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('before a call keeps it from being made', async () => {
    const far = openFarSide({ failureThreshold: 1 })
    const live = far.live({ c: {} })
    const called = call(live, 'c', answer, { signal: AbortSignal.abort(), deadlineAt: 0 })
    await expect(called).rejects.toMatchObject({ code: 'TIMEOUT_ERROR', isUntouched: true })
    expect(far.opened).toEqual([])
    expect(far.breakers.notClosed()).toEqual({})
  })
})

describe('a connector', () => {
  test('that is not there is told with the nearest name', async () => {
    const live = openFarSide().live({ sessions: {} })
    await expect(call(live, 'session', answer)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: "Connector 'session' not found",
      note: "there is no enabled connector of this name; did you mean 'sessions'?",
    })
  })

  test('that cannot be used says why in the trace alone', async () => {
    const live = openFarSide().live({ c: { secret: 'missing' } })
    expect(live.issues).toEqual([
      { connector: 'c', connector_id: 'c', stage: 'secret', reason: 'no such secret' },
    ])
    await expect(call(live, 'c', answer)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: "Connector 'c' cannot be used",
      note: 'no such secret',
    })
  })
})
