import type { Principal } from '../auth/principal.ts'
import type { BreakerReport, Breakers } from '../connector/breaker/breakers.ts'
import { OrionError } from '../errors.ts'
import { commitDeed } from './journal.ts'
import type { Parts } from './parts.ts'

export interface BreakerCatalog {
  /** Whether breakers are used at all, and how each one is. */
  report(): BreakerReport & { readonly enabled: boolean }
  /** Closes one, by `channel:connector`, and writes the audit row; NOT_FOUND. */
  reset(by: Principal, key: string): Promise<void>
}

export function breakerCatalog(breakers: Breakers, parts: Parts): BreakerCatalog {
  return {
    report: () => ({ enabled: breakers.enabled, ...breakers.report() }),
    async reset(by, key) {
      if (!breakers.reset(key)) throw new OrionError('NOT_FOUND', `Circuit breaker '${key}' not found`)
      await commitDeed(parts, [], { by, action: 'reset', type: 'circuit_breaker', id: key })
    },
  }
}
