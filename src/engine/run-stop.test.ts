import { expect, test } from 'bun:test'
import { RunStop } from './run-stop.ts'

test('a stopped run says so and aborts whoever waits, before and after', () => {
  const control = new RunStop()
  const early = control.signal
  expect([control.stopped, early.aborted]).toEqual([false, false])
  control.stop()
  expect([control.stopped, early.aborted, control.signal]).toEqual([true, true, early])
  const late = new RunStop()
  late.stop()
  expect(late.signal.aborted).toBe(true)
})

test('a caller who leaves aborts whoever waits', () => {
  const caller = new AbortController()
  const control = new RunStop(() => caller.signal)
  const { signal } = control
  caller.abort()
  expect(signal.aborted).toBe(true)
  expect(new RunStop(() => caller.signal).signal.aborted).toBe(true)
})

test('who never waits asks nobody', () => {
  let asked = 0
  const control = new RunStop(() => {
    asked++
    return undefined
  })
  control.effectBegins()
  control.stop()
  expect([control.hasEffect, asked]).toEqual([true, 0])
})
