import type { Check } from './check.ts'
import { readSources, type Source } from './sources.ts'

/** No file reaches itself through its imports, those of types included. */
export const cycles: Check = {
  name: 'cycles',
  async run() {
    const sources = (await Promise.all(['src', 'scripts', 'tests'].map(readSources))).map(findCycles)
    return {
      note: 'no file imports itself on any way',
      problems: sources.flat().map(cycle => cycle.join(' -> ')),
    }
  },
}

/** Each cycle once, as the files along it; its first file is repeated at its end. */
export function findCycles(sources: readonly Source[]): string[][] {
  const imports = new Map(
    sources.map(source => [source.path, source.imports.flatMap(({ path }) => path ?? [])]),
  )
  const done = new Set<string>()
  const trail: string[] = []
  const found: string[][] = []

  function visit(path: string): void {
    const start = trail.indexOf(path)
    if (start >= 0) {
      found.push([...trail.slice(start), path])
      return
    }
    if (done.has(path)) return
    trail.push(path)
    for (const next of imports.get(path) ?? []) visit(next)
    trail.pop()
    done.add(path)
  }

  for (const source of sources) visit(source.path)
  return found
}
