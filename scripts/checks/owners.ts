import type { Check } from './check.ts'
import { type House, moduleOf, readHouse } from './house.ts'
import { lineOf, readSources, type Source, withoutComments } from './sources.ts'

/** How code reaches for the process, and for its environment, without importing anything. */
const GLOBALS: Readonly<Record<string, RegExp>> = {
  process: /(?<![\w.'"`-])process(?=\.(?!env\b)[a-z]|\[)|'node:process'/g,
  'process.env': /(?<![\w.])(?:process|Bun|import\.meta)\.env\b|\{[^{}\n]*\benv\b[^{}\n]*\} = process\b/g,
}

/** What has one owner is used by its owner alone. Tests may use everything. */
export const owners: Check = {
  name: 'owners',
  async run() {
    const [house, sources] = await Promise.all([readHouse(), readSources('src')])
    const product = sources.filter(source => !source.path.endsWith('.test.ts'))
    return {
      note: `${[...house.owners.keys()].join(', ')} stay with their owners`,
      problems: product.flatMap(source => ownerProblems(house, source)),
    }
  },
}

export function ownerProblems(house: House, source: Source): string[] {
  const module = moduleOf(source.path)
  const problems: string[] = []
  for (const [thing, modules] of house.owners) {
    if (modules.includes(module)) continue
    for (const line of usesOf(thing, source)) {
      problems.push(`src/${source.path}:${line}: uses ${thing}; only ${modules.join(' and ')} may`)
    }
  }
  return problems
}

function usesOf(thing: string, source: Source): number[] {
  const global = GLOBALS[thing]
  if (global !== undefined) {
    const text = withoutComments(source.text)
    return [...text.matchAll(global)].map(match => lineOf(text, match.index))
  }
  const name = thing.endsWith('/*') ? thing.slice(0, -2) : thing
  return source.imports
    .filter(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`))
    .map(({ line }) => line)
}
