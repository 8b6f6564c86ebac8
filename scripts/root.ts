import { dirname } from 'node:path'

/** The checkout, absolute, with no slash at its end. */
export const ROOT = dirname(import.meta.dir)
