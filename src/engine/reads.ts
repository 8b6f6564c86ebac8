import { rootNamed } from './context.ts'

/** Dotted context paths that may be read, or `'any'` when they depend on data; `''` is the whole context. */
export type Reads = readonly string[] | 'any'

/** Whether something at, above or below `path` may be read. */
export function mayRead(reads: Reads, path: string): boolean {
  if (reads === 'any') return true
  return reads.some(read => read === path || isAbove(read, path) || isAbove(path, read))
}

function isAbove(upper: string, lower: string): boolean {
  return upper === '' || lower.startsWith(`${upper}.`)
}

/** Whether a result may be, or hold, the context itself or one of its three roots. */
export function exposesRoots(reads: Reads): boolean {
  return reads === 'any' || reads.some(read => read === '' || rootNamed(read) !== undefined)
}
