import type { KeptAnswer } from './store.ts'

/** Parts of something, and `not modified`: they answer headers that are in no key. */
const PARTIAL = new Set([206, 304])
const UNSHARED = /(?:^|,)\s*(?:no-store|no-cache|private)\s*(?:[,=]|$)/i

/**
 * Whether an answer may be given again to other callers with the same key: no error, no cookie, nothing that the workflow
 * wants to be fresh or private, and nothing that depends on a header outside of the key. `vary`: those in it, lower-case.
 */
export function mayKeep({ status, headers }: KeptAnswer, vary: readonly string[]): boolean {
  if (status >= 400 || PARTIAL.has(status)) return false
  return headers === undefined || headers.every(([name, value]) => mayShare(name, value, vary))
}

function mayShare(name: string, value: string, vary: readonly string[]): boolean {
  switch (name) {
    case 'set-cookie':
      return false
    case 'cache-control':
      return !UNSHARED.test(value)
    case 'vary':
      return value.split(',').every(listed => vary.includes(listed.trim().toLowerCase()))
    default:
      return true
  }
}
