import { existsSync } from 'node:fs'
import { Value } from '@sinclair/typebox/value'
import { isObject } from '../std/json.ts'
import { environmentLayer } from './environment-layer.ts'
import { type ConfigFile, fileLayer } from './file-layer.ts'
import { EMPTY_LAYER } from './layer.ts'
import { tableOf } from './leaves.ts'
import type { ConfigProblem } from './problem.ts'
import { brokenRules } from './rules.ts'
import { type Config, ConfigSchema } from './schema.ts'
import type { Environment } from './substitute.ts'
import { warningsFor } from './warnings.ts'

interface ConfigSource {
  file?: ConfigFile | undefined
  env: Environment
  /** Whether a file that a key names is there. */
  fileExists?: (path: string) => boolean
}

export type Loaded = { config: Config; warnings: string[] } | { problems: ConfigProblem[] }

/** Defaults, then the file, then the environment, then the rules between keys; every mistake in one run. */
export function loadConfig({ file, env, fileExists = existsSync }: ConfigSource): Loaded {
  const fromFile = file === undefined ? EMPTY_LAYER : fileLayer(file, env)
  const fromEnv = environmentLayer(env)
  const sourceOf = (key: string) => [fromEnv, fromFile].find(layer => layer.values.has(key))
  const tree = tableOf(key => together(fromFile.values.get(key), fromEnv.values.get(key)))
  const config = Value.Decode(ConfigSchema, Value.Default(ConfigSchema, tree))
  const ruled = brokenRules(config, {
    fileExists,
    isBroken: key => fromFile.broken.has(key) || fromEnv.broken.has(key),
    whereIs: key => sourceOf(key)?.where(key),
  })
  const problems = inReadingOrder([...fromFile.problems, ...fromEnv.problems, ...ruled])
  return problems.length > 0 ? { problems } : { config, warnings: warningsFor(config) }
}

/** The environment beats the file, name by name where a value is a table of names. */
function together(fromFile: unknown, fromEnv: unknown): unknown {
  if (fromEnv === undefined) return fromFile
  return isObject(fromFile) && isObject(fromEnv) ? { ...fromFile, ...fromEnv } : fromEnv
}

/** As the file reads from top to bottom; then the variables, as they were found. */
function inReadingOrder(problems: ConfigProblem[]): ConfigProblem[] {
  const place = ({ where }: ConfigProblem) => {
    const [, line, column] = /:(\d+):(\d+)$/.exec(where) ?? []
    return line === undefined ? Number.POSITIVE_INFINITY : Number(line) * 100_000 + Number(column)
  }
  return problems
    .map(problem => ({ problem, at: place(problem) }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
    .map(({ problem }) => problem)
}
