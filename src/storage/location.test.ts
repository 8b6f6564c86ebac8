import { describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { parseLocation } from './location.ts'

describe('a database URL', () => {
  test.each([
    ['sqlite:orion.db', resolve('orion.db')],
    ['sqlite:./data/orion.db', resolve('data/orion.db')],
    ['sqlite://orion.db', resolve('orion.db')],
    ['sqlite:///var/lib/orion.db', '/var/lib/orion.db'],
    ['sqlite:/var/lib/orion.db', '/var/lib/orion.db'],
    ['sqlite:/var/lib/orion.db?mode=rwc', '/var/lib/orion.db'],
    ['file:orion.db', resolve('orion.db')],
    ['file:///var/lib/orion.db', '/var/lib/orion.db'],
    ['file://localhost/var/lib/orion.db', '/var/lib/orion.db'],
    ['sqlite:with%20space%3F.db', resolve('with space?.db')],
    ['sqlite:naïve 👍#1.db', resolve('naïve 👍#1.db')],
  ])('%s names a file', (url, path) => {
    expect(parseLocation(url)).toEqual({ kind: 'file', path })
  })

  test.each(['sqlite::memory:', 'sqlite://:memory:', 'file::memory:', 'sqlite::memory:?mode=memory'])(
    '%s is in memory',
    url => {
      expect(parseLocation(url)).toEqual({ kind: 'memory' })
    },
  )

  test.each([
    ['', 'no scheme'],
    ['orion.db', 'no scheme'],
    ['sqlite:', 'names no file'],
    ['sqlite://', 'names no file'],
    ['sqlite:?mode=rwc', 'names no file'],
    ['postgres://localhost/orion', 'cannot open "postgres"'],
    ['sqlite:a.db?cache=shared', '"cache" is not known'],
    ['sqlite:100%.db', '"%25"'],
    ['sqlite:a%00b.db', 'NUL'],
  ])('"%s" is refused', (url, why) => {
    expect(() => parseLocation(url)).toThrow(why)
    expect(() => parseLocation(url)).toThrow('Right would be "sqlite:orion.db"')
  })

  test('is quoted without its credentials', () => {
    expect(() => parseLocation('mysql://root:hunter2@db/orion')).toThrow('"mysql://***@db/orion"')
  })
})
