import { expect, test } from 'bun:test'
import { Lanes } from './lanes.ts'

test('work in many lanes waits for what is in any of them, and keeps all of them', async () => {
  const lanes = new Lanes()
  const events: string[] = []
  const gate = Promise.withResolvers<void>()
  const before = lanes.run('b', async () => {
    await gate.promise
    events.push('before')
  })
  const all = lanes.runAll(['a', 'b', 'b', 'c'], async () => {
    await Promise.resolve()
    events.push('all')
    return 'result'
  })
  const after = ['a', 'b', 'c'].map(key => lanes.run(key, async () => events.push(`after ${key}`)))
  await lanes.run('d', async () => events.push('elsewhere'))
  gate.resolve()
  expect(await all).toBe('result')
  await Promise.all([before, ...after])
  expect(events.slice(0, 3)).toEqual(['elsewhere', 'before', 'all'])
  expect(events.slice(3).toSorted()).toEqual(['after a', 'after b', 'after c'])
})

test('a failure leaves every lane', async () => {
  const lanes = new Lanes()
  const failing = lanes.runAll(['a', 'b'], () => Promise.reject(new Error('broken')))
  const crossing = lanes.runAll(['b', 'a'], async () => 'fine')
  expect(await failing.catch(({ message }: Error) => message)).toBe('broken')
  expect(await crossing).toBe('fine')
  expect(await lanes.runAll([], async () => 'none')).toBe('none')
})
