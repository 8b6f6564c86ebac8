import { expect, test } from 'bun:test'
import { murmur3 } from './murmur3.ts'
import { compareVersions, parseVersion, type Version } from './version.ts'

function version(text: string): Version {
  const parsed = parseVersion(text)
  if (parsed === undefined) throw new Error(`${text} is no version`)
  return parsed
}

test('versions are in the order of semver.org, rule 11', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    'v1.2',
    '1.10.0',
    'V2',
  ]
  for (const [index, text] of ordered.entries()) {
    for (const [other, later] of ordered.entries()) {
      expect(Math.sign(compareVersions(version(text), version(later)))).toBe(Math.sign(index - other))
    }
  }
})

test('the build part does not count', () => {
  expect(compareVersions(version('1.0.0+build.5'), version('1.0.0'))).toBe(0)
})

test.each([[''], ['v'], ['1.'], ['1.2.3.4'], ['01.0.0'], ['1.0.0-'], ['1.0.0-01'], ['a.b.c'], ['1.0.0 ']])(
  '%j is no version',
  text => {
    expect(parseVersion(text)).toBeUndefined()
  },
)

test.each([
  ['', 0],
  ['a', 0x3c2569b2],
  ['abcd', 0x43ed676a],
  ['Hello, world!', 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('the hash of %j is that of MurmurHash3', (text, hash) => {
  expect(murmur3(text)).toBe(hash)
})
