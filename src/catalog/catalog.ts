import type { Live } from '../dispatch/live.ts'
import type { Limits } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import type { Store } from '../storage/store.ts'
import type { KnownFunctions } from '../workflow/task-check.ts'
import type { Catalog } from './api.ts'

export interface CatalogParts {
  readonly store: Store
  readonly live: Live
  /** What tasks may call. */
  readonly functions: KnownFunctions
  /** With which logic is compiled when it is checked. */
  readonly limits: Limits
  readonly clock: Clock
  readonly newId: () => string
}

/** Opens what is written down. It holds nothing of its own: the store and `live` outlive it. */
export function openCatalog(parts: CatalogParts): Catalog {
  throw new Error(`not here: ${typeof parts}`)
}
