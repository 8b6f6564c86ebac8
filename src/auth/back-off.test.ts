import { beforeEach, expect, test } from 'bun:test'
import { BackOff, type BackOffLimits } from './back-off.ts'

const limits: BackOffLimits = {
  firstDelayMs: 50,
  maxDelayMs: 1000,
  forgetMs: 60_000,
  maxClients: 2,
  maxHeld: 2,
}
const { signal } = new AbortController()

let nowMs = 0
let slept: number[] = []
let backOff: BackOff

beforeEach(() => {
  nowMs = 0
  slept = []
  backOff = new BackOff(
    () => nowMs,
    async ms => {
      slept.push(ms)
    },
    limits,
  )
})

const fail = (client: string) => backOff.holdBack(client, signal)

test('each failure in a row doubles the delay, up to the limit', async () => {
  for (let i = 0; i < 7; i++) await fail('a')
  expect(slept).toEqual([50, 100, 200, 400, 800, 1000, 1000])
})

test('clients are counted apart', async () => {
  await fail('a')
  await fail('a')
  await fail('b')
  expect(slept).toEqual([50, 100, 50])
})

test('a success and a quiet time both begin anew', async () => {
  await fail('a')
  backOff.forgive('a')
  await fail('a')
  nowMs += limits.forgetMs
  await fail('a')
  expect(slept).toEqual([50, 50, 50])
})

test('the client that failed longest ago is forgotten when there are too many', async () => {
  for (const client of ['a', 'b', 'a', 'c', 'a', 'b']) await fail(client)
  expect(slept).toEqual([50, 50, 100, 50, 200, 50])
})

test('when too many answers are held, one more goes out at once', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const held: string[] = []
  const slow = new BackOff(
    () => 0,
    async () => {
      held.push('held')
      await promise
    },
    limits,
  )
  const waiting = [slow.holdBack('a', signal), slow.holdBack('b', signal)]
  await slow.holdBack('c', signal)
  expect(held).toHaveLength(2)
  resolve()
  await Promise.all(waiting)
  await slow.holdBack('c', signal)
  expect(held).toHaveLength(3)
})

test('the sleep gets the signal of the request, so that a client who left holds nothing', async () => {
  let given: AbortSignal | undefined
  const watched = new BackOff(
    () => 0,
    async (_ms, passed) => {
      given = passed
    },
    limits,
  )
  await watched.holdBack('a', signal)
  expect(given).toBe(signal)
})
