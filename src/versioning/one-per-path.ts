import type { Detail } from '../errors.ts'

/** Keeps the first problem of each path: the one that says it best is listed first. */
export function onePerPath(problems: readonly Detail[]): Detail[] {
  const seen = new Set<string>()
  return problems.filter(({ path }) => {
    if (seen.has(path)) return false
    seen.add(path)
    return true
  })
}
