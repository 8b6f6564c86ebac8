import { expect, test } from 'bun:test'
import { Lane } from './lane.ts'

test('work in a lane runs one after another, in the order in which it came', async () => {
  const lane = new Lane()
  const events: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = lane.run(async () => {
    events.push('first begins')
    await gate.promise
    events.push('first ends')
  })
  const second = lane.run(async () => {
    events.push('second begins')
    return 2
  })
  await Promise.resolve()
  expect(events).toEqual(['first begins'])
  gate.resolve()
  expect(await second).toBe(2)
  await first
  expect(events).toEqual(['first begins', 'first ends', 'second begins'])
})

test('a failure reaches its own caller only', async () => {
  const lane = new Lane()
  const failing = lane.run(() => Promise.reject(new Error('broken')))
  const next = lane.run(async () => 'fine')
  expect(await failing.catch(({ message }: Error) => message)).toBe('broken')
  expect(await next).toBe('fine')
})

test('a lane is idle when everything in it has ended, failures included', async () => {
  const lane = new Lane()
  const done: number[] = []
  const work = [
    lane.run(async () => done.push(1)),
    lane.run(() => Promise.reject(new Error('broken'))).catch(() => done.push(2)),
    lane.run(async () => done.push(3)),
  ]
  await lane.idle()
  expect(done).toContain(3)
  await Promise.all(work)
})
