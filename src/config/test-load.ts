import { loadConfig } from './load.ts'
import { problemLine } from './problem.ts'
import type { Config } from './schema.ts'
import type { Environment } from './substitute.ts'

interface Written {
  toml?: string
  env?: Environment
  files?: readonly string[]
}

/** The configuration; a mistake fails the test with its text. */
export function load(written: Written = {}): Config {
  const loaded = loadWhole(written)
  if ('problems' in loaded) throw new Error(loaded.problems.map(problemLine).join('\n'))
  return loaded.config
}

/** The lines that a user sees. */
export function mistakes(written: Written): string[] {
  const loaded = loadWhole(written)
  return 'problems' in loaded ? loaded.problems.map(problemLine) : []
}

export function warnings(written: Written): string[] {
  const loaded = loadWhole(written)
  return 'problems' in loaded ? loaded.problems.map(problemLine) : loaded.warnings
}

function loadWhole({ toml, env = {}, files = [] }: Written) {
  const file = toml === undefined ? undefined : { path: 'orion.toml', text: toml }
  return loadConfig({ file, env, fileExists: path => files.includes(path) })
}
