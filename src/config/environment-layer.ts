import type { Detail } from '../errors.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { Layer } from './layer.ts'
import { LEAVES, type Leaf, valueSchema, variablePrefix } from './leaves.ts'
import type { ConfigProblem } from './problem.ts'
import type { Environment } from './substitute.ts'
import { typedText } from './typed-text.ts'
import { type Shown, unknownVariable, wording } from './wording.ts'

/** What the variables `ORION_SECTION__KEY` and `ORION_ENV` say. Other names without `__` are not ours. */
export function environmentLayer(env: Environment): Layer {
  const values = new Map<string, unknown>()
  const problems: ConfigProblem[] = []
  const broken = new Set<string>()
  const known = new Map(SINGLE.map(leaf => [leaf.variable, leaf]))
  for (const [name, leaf] of known) {
    const text = env[name]
    if (text === undefined) continue
    const read = readVariable(leaf, text)
    if ('value' in read) {
      values.set(leaf.key, read.value)
    } else {
      broken.add(leaf.key)
      for (const message of read.messages) problems.push({ where: name, message })
    }
  }
  const named = namedValues(env)
  for (const [key, texts] of named.tables) values.set(key, texts)
  for (const name of Object.keys(env).sort()) {
    const isOurs = name.startsWith('ORION_') && name.includes('__')
    if (isOurs && env[name] !== undefined && !known.has(name) && !named.variables.has(name)) {
      problems.push({ where: name, message: unknownVariable(name) })
    }
  }
  const variables = new Map(LEAVES.map(leaf => [leaf.key, leaf.variable]))
  return { values, problems, broken, where: key => variables.get(key) ?? '' }
}

const SINGLE = LEAVES.filter(({ schema }) => valueSchema(schema) === undefined)
const TABLES = LEAVES.filter(({ schema }) => valueSchema(schema) !== undefined)

/** `ORION_VARS__REGION=eu` is `region` of `vars`. */
function namedValues(env: Environment): { tables: Map<string, object>; variables: Set<string> } {
  const tables = new Map<string, object>()
  const variables = new Set<string>()
  for (const leaf of TABLES) {
    const prefix = variablePrefix(leaf)
    const found = Object.keys(env).filter(name => name.startsWith(prefix) && name.length > prefix.length)
    for (const name of found) variables.add(name)
    const texts = found.map(name => [name.slice(prefix.length).toLowerCase(), env[name]])
    if (texts.length > 0) tables.set(leaf.key, Object.fromEntries(texts))
  }
  return { tables, variables }
}

function readVariable({ schema, key }: Leaf, text: string): { value: unknown } | { messages: string[] } {
  const typed = typedText(schema, text)
  if ('expected' in typed) {
    return { messages: [`invalid value ${JSON.stringify(text)} for ${key}, expected ${typed.expected}`] }
  }
  const details = schemaProblems(schema, typed.value, key)
  if (details.length === 0) return typed
  const shown = (detail: Detail): Shown => (schema.secret === undefined ? { value: detail.got } : undefined)
  return { messages: details.map(detail => wording(detail, shown(detail))) }
}
