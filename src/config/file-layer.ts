import { parse, TomlError } from 'smol-toml'
import type { Detail } from '../errors.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { quoteBareReferences } from './bare-references.ts'
import { keysAt, type Layer } from './layer.ts'
import { LEAVES, leafOf, valueAt } from './leaves.ts'
import type { ConfigProblem } from './problem.ts'
import { resolveValues } from './resolve-values.ts'
import { ConfigSchema } from './schema.ts'
import type { Environment } from './substitute.ts'
import { type Locate, tomlPositions } from './toml-positions.ts'
import { type Shown, wording } from './wording.ts'

export interface ConfigFile {
  path: string
  text: string
}

/** What the configuration file says, and every mistake in it. */
export function fileLayer({ path, text }: ConfigFile, env: Environment): Layer {
  const { text: toml, original } = quoteBareReferences(text)
  const where = wherever(path, toml)
  const table = parsed(toml)
  if (table instanceof TomlError) return unreadable(path, table, where)

  const { tree, problems, written } = resolveValues(table, ConfigSchema, { env, original })
  const broken = new Set(problems.flatMap(problem => keysAt(problem.path)))
  const all: ConfigProblem[] = problems.map(problem => ({
    where: where(problem.path, 'value'),
    message: problem.message,
  }))
  const values = new Map(LEAVES.map(leaf => [leaf.key, valueAt(tree, leaf.path)]))
  for (const detail of schemaProblems(ConfigSchema, tree)) {
    if (isLeftToDefault(detail)) continue
    const part = detail.code === 'UNKNOWN_KEY' ? 'key' : 'value'
    all.push({ where: where(detail.path, part), message: wording(detail, shown(detail, written)) })
    const spoils = part === 'value' || leafOf(detail.path) !== undefined
    if (spoils) for (const key of keysAt(detail.path)) broken.add(key)
  }
  for (const [key, value] of values) if (value === undefined || broken.has(key)) values.delete(key)
  return { values, problems: all, broken, where: key => where(key, 'value') }
}

/** A file may leave out every key; only the columns of a table in a list have no default. */
function isLeftToDefault({ code, path }: Detail): boolean {
  return code === 'REQUIRED' && !path.includes('[')
}

function parsed(toml: string): object | TomlError {
  try {
    return parse(toml, { integersAsBigInt: true })
  } catch (error) {
    if (error instanceof TomlError) return error
    throw error
  }
}

function unreadable(path: string, error: TomlError, where: Layer['where']): Layer {
  const [reason = ''] = error.message.split('\n')
  const message = `${reason.replace('Invalid TOML document: ', '')} (TOML syntax)`
  return {
    values: new Map(),
    problems: [{ where: `${path}:${error.line}:${error.column}`, message }],
    broken: new Set(LEAVES.map(leaf => leaf.key)),
    where,
  }
}

type Where = (path: string, part?: Parameters<Locate>[1]) => string

/** `orion.toml:3:8` for a path, or for the nearest thing around it. The text is scanned when the first one is asked for. */
function wherever(file: string, toml: string): Where {
  let locate: Locate | undefined
  return (path, part = 'value') => {
    locate ??= tomlPositions(toml)
    for (let around = path; around !== ''; around = around.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, '')) {
      const position = locate(around, part)
      if (position !== undefined) return `${file}:${position.line}:${position.column}`
    }
    return file
  }
}

function shown(detail: Detail, written: ReadonlyMap<string, string>): Shown {
  const reference = written.get(detail.path)
  if (reference !== undefined) return { as: `the value of ${reference}` }
  return leafOf(detail.path)?.schema.secret === undefined ? { value: detail.got } : undefined
}
