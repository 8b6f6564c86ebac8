import { expect, test } from 'bun:test'
import { SignalQueue } from './signal-queue.ts'

test('each signal is for one who waits, early or late', async () => {
  const signals = new SignalQueue()
  signals.push('first')
  expect(await signals.next()).toBe('first')
  const second = signals.next()
  const third = signals.next()
  signals.push('second')
  signals.push('third')
  expect(await Promise.all([second, third])).toEqual(['second', 'third'])
})
