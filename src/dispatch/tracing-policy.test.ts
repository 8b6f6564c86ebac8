import { expect, test } from 'bun:test'
import { isSampled, type TracingPolicy, tracingPolicy } from './tracing-policy.ts'

const server: TracingPolicy = { mode: 'sync', sampleRate: 0.5, errorsOnly: false }

test('a channel inherits what it does not say', () => {
  expect(tracingPolicy(server, undefined)).toBe(server)
  expect(tracingPolicy(server, {})).toEqual(server)
  expect(tracingPolicy(server, { mode: 'off' })).toEqual({ ...server, mode: 'off' })
  expect(tracingPolicy(server, { sample_rate: 0 })).toEqual({ ...server, sampleRate: 0 })
  expect(
    tracingPolicy({ ...server, mode: 'off', errorsOnly: true }, { mode: 'sync', errors_only: false }),
  ).toEqual(server)
})

test('a share of the runs is sampled', () => {
  const sampled = (sampleRate: number, chance: number) => isSampled({ ...server, sampleRate }, () => chance)
  expect(sampled(1, 0.999)).toBe(true)
  expect(sampled(0.5, 0.49)).toBe(true)
  expect(sampled(0.5, 0.5)).toBe(false)
  expect(sampled(0, 0)).toBe(false)
  expect(isSampled({ ...server, mode: 'off', sampleRate: 1 }, () => 0)).toBe(false)
})
