import { expect, test } from 'bun:test'
import { Histogram } from './histogram.ts'

/** Exact, by nearest rank. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? Number.NaN
}

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.add(value)
  return histogram
}

/** A repeatable sequence from 0 to below 1. */
function* chances(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

test.each([1, 2, 3, 99, 100, 101, 1000, 20_000])('quantiles of %p values are within one percent', count => {
  const chance = chances(count)
  const values = Array.from({ length: count }, () => 2 ** (chance.next().value * 31 - 9.9))
  const histogram = filled(values)
  for (const share of [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1]) {
    const found = histogram.quantile(share) ?? Number.NaN
    expect(Math.abs(found / exact(values, share) - 1)).toBeLessThan(0.01)
  }
})

test('every value is found again within one percent, from a microsecond to an hour', () => {
  for (let value = 0.001; value < 3_600_000; value *= 1.003) {
    const found = filled([value]).quantile(0.5) ?? Number.NaN
    expect(Math.abs(found / value - 1)).toBeLessThan(0.01)
  }
})

test('99 of 100 is the last but one', () => {
  const histogram = filled([...Array.from({ length: 99 }, () => 1), 1000])
  expect(histogram.quantile(0.99)).toBeCloseTo(1, 1)
  expect(histogram.quantile(0.991)).toBeGreaterThan(990)
})

test('what is beyond its range counts at its ends', () => {
  for (const tiny of [0, -5, 1e-9, Number.NaN, -Infinity]) {
    expect(filled([tiny]).quantile(1)).toBeCloseTo(2 ** -10, 4)
  }
  for (const vast of [1e9, 1e300, Infinity]) {
    expect(filled([vast]).quantile(1)).toBeGreaterThan(4_000_000)
  }
})

test('nothing has no quantile, also once it is cleared', () => {
  const histogram = filled([])
  expect(histogram.quantile(0.5)).toBeUndefined()
  histogram.add(3)
  histogram.clear()
  expect(histogram.quantile(0.5)).toBeUndefined()
  histogram.add(7)
  expect(histogram.quantile(0.5)).toBeCloseTo(7, 0)
})
