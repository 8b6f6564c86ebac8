import type { Check } from './check.ts'
import { type House, moduleOf, readHouse } from './house.ts'
import { readSources, type Source } from './sources.ts'

/** A module imports lower layers only, types included, but for the exceptions of docs/architecture.md. */
export const layers: Check = {
  name: 'layers',
  async run() {
    const [house, sources] = await Promise.all([readHouse(), readSources('src')])
    const imports = sources.reduce((sum, source) => sum + source.imports.length, 0)
    return {
      note: `${imports} imports of ${sources.length} files point down`,
      problems: layerProblems(house, sources),
    }
  },
}

export function layerProblems(house: House, sources: readonly Source[]): string[] {
  const problems: string[] = []
  const unknown = new Set(
    sources.map(source => moduleOf(source.path)).filter(name => !house.layers.has(name)),
  )
  for (const name of unknown) problems.push(`src/${name}: docs/architecture.md gives this module no layer`)
  for (const source of sources) {
    for (const { path, line } of source.imports) {
      if (path === undefined) continue
      const problem = importProblem(house, source.path, path)
      if (problem !== undefined) problems.push(`src/${source.path}:${line}: ${problem}`)
    }
  }
  return problems
}

function importProblem(house: House, from: string, to: string): string | undefined {
  const fromModule = moduleOf(from)
  const toModule = moduleOf(to)
  const fromLayer = house.layers.get(fromModule)
  const toLayer = house.layers.get(toModule)
  if (isDefinition(from) && !isDefinition(to) && (toLayer ?? 0) > 1) {
    return `a definition.ts imports definitions and layers 0 and 1 only, not ${to}`
  }
  if (fromModule === toModule || fromLayer === undefined || toLayer === undefined || toLayer < fromLayer)
    return undefined
  const allowed = house.exceptions.some(
    exception => matches(exception.from, fromModule, from) && matches(exception.to, toModule, to),
  )
  if (allowed) return undefined
  return `${fromModule} (layer ${fromLayer}) imports ${to} (layer ${toLayer}); only lower layers may be imported`
}

function isDefinition(path: string): boolean {
  return path.endsWith('/definition.ts')
}

/** `any`, a module, a file, or `*` and the end of a path. */
function matches(pattern: string, module: string, path: string): boolean {
  if (pattern.startsWith('*')) return path.endsWith(pattern.slice(1))
  return pattern === 'any' || pattern === module || pattern === path
}
