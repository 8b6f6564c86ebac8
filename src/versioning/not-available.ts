import type { Detail } from '../errors.ts'

/** What Orion knows but this version does not do: refused by name, never stored and ignored. */
export function notAvailable(path: string, what: string, expected?: string): Detail {
  return {
    path,
    code: 'NOT_AVAILABLE',
    message: `${what} is not available in this version`,
    ...(expected !== undefined && { expected }),
  }
}
