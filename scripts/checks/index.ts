import type { Check } from './check.ts'
import { copies } from './copies.ts'
import { cycles } from './cycles.ts'
import { deadCode } from './dead-code.ts'
import { format } from './format.ts'
import { freshDocs } from './fresh-docs.ts'
import { layers } from './layers.ts'
import { owners } from './owners.ts'
import { promises } from './promises.ts'
import { sizes } from './sizes.ts'
import { types } from './types.ts'
import { words } from './words.ts'

/** Every check, in the order in which `bun run check` reports them. */
export const CHECKS: readonly Check[] = [
  format,
  types,
  promises,
  layers,
  cycles,
  owners,
  sizes,
  words,
  deadCode,
  copies,
  freshDocs,
]
