import { describe, expect, test } from 'bun:test'
import { MemoryCache } from './memory-cache.ts'

function opened(maxBytes: number) {
  let nowMs = 0
  const clock = { now: () => nowMs, monotonic: () => nowMs }
  const cache = new MemoryCache({ maxBytes, maxValueBytes: 1e9, defaultTtlSecs: undefined, clock })
  return {
    cache,
    advance(ms: number) {
      nowMs += ms
    },
    known: async (names: readonly string[]) => {
      const found = await cache.read(names)
      return names.filter((_, at) => found[at] !== undefined)
    },
  }
}

describe('a cache in memory', () => {
  test('never takes more than its bytes: what was not asked for longest goes', async () => {
    const { cache, known } = opened(8 * 1024)
    for (let n = 0; n < 12; n++) await cache.write(`k${n}`, 'x'.repeat(300), undefined)
    expect(cache.bytes).toBeLessThanOrEqual(8 * 1024)
    await cache.read(['k3'])
    for (let n = 12; n < 24; n++) await cache.write(`k${n}`, 'x'.repeat(300), undefined)
    expect(await known(['k2', 'k3', 'k4', 'k23'])).toEqual(['k3', 'k23'])
  })

  test('counts the bytes of texts as they lie in memory, and gives them all back', async () => {
    const { cache } = opened(1e6)
    await cache.write('plain', 'x'.repeat(1000), undefined)
    const plain = cache.bytes
    await cache.write('wide', '\u20ac'.repeat(1000), undefined)
    expect(cache.bytes - plain).toBeGreaterThan(2000)
    await cache.write('plain', 'x'.repeat(1000), undefined)
    await cache.increment('n', 1, undefined)
    await cache.delete(['wide', 'n', 'none'])
    expect(cache.bytes).toBe(plain)
    await cache.delete(['plain'])
    expect([cache.bytes, cache.size]).toEqual([0, 0])
  })

  test('refuses a value that would drive out too many others', async () => {
    const { cache, known } = opened(80_000)
    await cache.write('small', 1, undefined)
    await expect(cache.write('large', 'x'.repeat(20_000), undefined)).rejects.toMatchObject({
      code: 'DATA_ERROR',
    })
    expect(await known(['small', 'large'])).toEqual(['small'])
  })

  test('does not keep what has expired, though nobody asks for it', async () => {
    const { cache, advance } = opened(1e9)
    for (let n = 0; n < 1000; n++) await cache.write(`short ${n}`, n, 1)
    advance(1000)
    for (let n = 0; n < 500; n++) await cache.write(`long ${n}`, n, undefined)
    expect(cache.size).toBeLessThanOrEqual(510)
  })

  test('is empty when it is closed', async () => {
    const { cache, known } = opened(1e6)
    await cache.write('k', 1, undefined)
    await cache.close()
    expect([cache.bytes, cache.size, await known(['k'])]).toEqual([0, 0, []])
  })
})
