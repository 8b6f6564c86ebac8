import { OrionError } from '../../errors.ts'
import type { OriginGuard } from './guards.ts'

/** The check of `Origin` against the channel's list (contract 8.4); a request without one comes from no web page. */
export function openOrigin(allowed: readonly string[], channel: string): OriginGuard | undefined {
  if (allowed.includes('*')) return undefined
  const known = new Set(allowed.map(origin => origin.toLowerCase()))
  return {
    check({ facts }) {
      const origin = facts.header('origin')
      if (origin === null || known.has(origin.toLowerCase())) return
      throw new OrionError(
        'FORBIDDEN',
        `Origin '${origin.slice(0, 256)}' is not allowed for channel '${channel}'`,
      )
    },
  }
}
