import { expect, test } from 'bun:test'
import { every } from './every.ts'

test('calls again and again, one call after another', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let calls = 0
  let open = 0
  let most = 0
  await using _ = every(1, async () => {
    most = Math.max(most, ++open)
    if (++calls === 3) resolve()
    await new Promise(done => setImmediate(done))
    open--
  })
  await promise
  expect(most).toBe(1)
})

test('disposing waits for the call that is under way, and is the end', async () => {
  const began = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  let ended = 0
  const owner = every(1, async () => {
    began.resolve()
    await end.promise
    ended++
  })
  await began.promise
  const disposed = owner[Symbol.asyncDispose]()
  expect(ended).toBe(0)
  end.resolve()
  await disposed
  expect(ended).toBe(1)
})

test('an interval of 0 is never', async () => {
  const owner = every(0, () => Promise.reject(new Error('called')))
  await owner[Symbol.asyncDispose]()
})
