/** A semantic version without its build part. */
export interface Version {
  readonly numbers: readonly [major: number, minor: number, patch: number]
  /** Parts of the pre-release, none for a release. */
  readonly preRelease: readonly string[]
}

const PART = '(0|[1-9]\\d{0,14})'
const NAMES = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const VERSION = new RegExp(`^[vV]?${PART}(?:\\.${PART})?(?:\\.${PART})?(?:-(${NAMES}))?(?:\\+${NAMES})?$`)

/** A leading `v` and missing minor and patch numbers are tolerated. */
export function parseVersion(text: string): Version | undefined {
  const match = text.length > 256 ? null : VERSION.exec(text)
  if (match === null) return undefined
  const [, major, minor, patch, names] = match
  const preRelease = names === undefined ? [] : names.split('.')
  if (preRelease.some(name => /^0\d+$/.test(name))) return undefined
  return { numbers: [Number(major), Number(minor ?? 0), Number(patch ?? 0)], preRelease }
}

/** By precedence (semver.org, 11). */
export function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  return comparePreReleases(a.preRelease, b.preRelease)
}

/** A release is above its pre-releases. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (const [index, name] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const difference = compareNames(name, other)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Numbers by value and below names; names by their characters. */
function compareNames(a: string, b: string): number {
  const left = /^\d+$/.test(a)
  const right = /^\d+$/.test(b)
  if (left && right) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
  if (left !== right) return left ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
