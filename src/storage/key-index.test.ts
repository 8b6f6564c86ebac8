import { describe, expect, test } from 'bun:test'
import { KeyIndex } from './key-index.ts'

const NOW = Date.UTC(2026, 0, 2)

function hash(name: string | number): string {
  return Bun.SHA256.hash(`${name}`, 'hex')
}

/** Every position at which `key` may be. */
function positions(index: KeyIndex, key: string): number[] {
  const seen: number[] = []
  index.find(key, position => {
    seen.push(position)
    return undefined
  })
  return seen
}

describe('an index of keys', () => {
  test('knows where each of a hundred thousand is, and next to nothing of others', () => {
    const index = new KeyIndex(1 << 20)
    for (let n = 0; n < 100_000; n++) index.add(hash(n), n, NOW + 1000, NOW)
    let strangers = 0
    for (let n = 0; n < 100_000; n++) {
      expect(positions(index, hash(n))).toContain(n)
      strangers += positions(index, hash(`other ${n}`)).length
    }
    expect(strangers).toBeLessThan(10)
  })

  test('looks on past the row of another key', () => {
    const index = new KeyIndex(100)
    index.add(hash('a'), 1, NOW + 1000, NOW)
    index.add(hash('a'), 2, NOW + 1000, NOW)
    expect(index.find(hash('a'), position => (position === 2 ? 'found' : undefined))).toBe('found')
  })

  test('stays as small as what has not expired', () => {
    const index = new KeyIndex(1 << 20)
    for (let n = 0; n < 1_000_000; n++) index.add(hash(n % 5000), n, NOW + n + 1000, NOW + n)
    // About a thousand are there at a time; a slot expires to the second.
    expect(index.slots).toBeLessThan(64 * 512)
  })

  test('keeps what has not expired when it grows', () => {
    const index = new KeyIndex(1 << 20)
    index.add(hash('old'), 1, NOW + 60_000, NOW)
    for (let n = 0; n < 50_000; n++) index.add(hash(n), n, NOW + 2000, NOW)
    for (let n = 0; n < 50_000; n++) index.add(hash(`later ${n}`), n, NOW + 9000, NOW + 5000)
    expect(positions(index, hash('old'))).toContain(1)
    expect(positions(index, hash(7))).toEqual([])
  })

  test('has no room beyond its limit, until something has expired', () => {
    const index = new KeyIndex(640)
    let refused = 0
    for (let n = 0; n < 2_000; n++) {
      if (index.hasRoom(hash(n), NOW)) index.add(hash(n), n, NOW + 5000, NOW)
      else refused++
    }
    expect(2_000 - refused).toBeLessThanOrEqual(640)
    expect(2_000 - refused).toBeGreaterThan(500)
    expect(index.hasRoom(hash('late'), NOW + 10_000)).toBe(true)
  })

  test('takes what it is given even so: rows that are on the disk have to be known', () => {
    const index = new KeyIndex(64)
    for (let n = 0; n < 1_000; n++) index.add(hash(n), n, NOW + 5000, NOW)
    for (let n = 0; n < 1_000; n++) expect(positions(index, hash(n))).toContain(n)
  })
})
