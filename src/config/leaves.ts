import type { TObject, TSchema } from '@sinclair/typebox'
import { isObject, own } from '../std/json.ts'
import { ConfigSchema } from './schema.ts'

/** A key that has a value of its own, not a section. */
export interface Leaf {
  /** `server.tls.enabled` */
  readonly key: string
  readonly path: readonly string[]
  /** `ORION_SERVER__TLS__ENABLED`; of a key whose value is a table of names, `ORION_VARS__NAME` stands for all of them. */
  readonly variable: string
  readonly schema: TSchema
}

/** A table of the file. */
export interface Section {
  /** `server.tls`; empty for the root. */
  readonly key: string
  readonly description: string
  readonly leaves: readonly Leaf[]
}

/** Ends the variable of a table of names; a name in lower case stands in its place. */
const NAME = '__NAME'

/** Every section in the order of the schema, each before its inner ones. */
export const SECTIONS: readonly Section[] = sectionsOf(ConfigSchema, [])

export const LEAVES: readonly Leaf[] = SECTIONS.flatMap(section => section.leaves)

const BY_KEY = new Map(LEAVES.map(leaf => [leaf.key, leaf]))

/** The leaf at `path`, or the one that `path` leads into: `kafka.topics[0].channel` is part of `kafka.topics`. */
export function leafOf(path: string): Leaf | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const leaf = BY_KEY.get(path.slice(0, end).replace(/(?:\[\d+\])+$/, ''))
    if (leaf !== undefined) return leaf
  }
  return undefined
}

/** What stands at `path` in nested tables; undefined when nothing does. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let value = tree
  for (const name of path) value = isObject(value) ? own(value, name) : undefined
  return value
}

/** Nested tables made of what `lookUp` gives for each key; a key without a value is left out. */
export function tableOf(
  lookUp: (key: string) => unknown,
  schema: TObject = ConfigSchema,
  prefix = '',
): object {
  const entries = Object.entries(schema.properties).map(([name, child]) => {
    const key = prefix + name
    return [name, isSection(child) ? tableOf(lookUp, child, `${key}.`) : lookUp(key)] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function sectionsOf(schema: TObject, path: readonly string[]): Section[] {
  const leaves: Leaf[] = []
  const inner: Section[] = []
  for (const [name, child] of Object.entries(schema.properties)) {
    const childPath = [...path, name]
    if (isSection(child)) inner.push(...sectionsOf(child, childPath))
    else leaves.push(leafAt(childPath, child))
  }
  return [{ key: path.join('.'), description: schema.description ?? '', leaves }, ...inner]
}

export function isSection(schema: TSchema): schema is TObject {
  return schema.type === 'object' && schema.properties !== undefined
}

/** The schema of each value of a table whose keys are names that somebody chose; undefined for everything else. */
export function valueSchema(schema: TSchema): TSchema | undefined {
  if (schema.type !== 'object' || schema.properties !== undefined) return undefined
  const [value] = Object.values<TSchema>(schema.patternProperties ?? {})
  return value
}

/** What the variables of a table of names begin with. */
export function variablePrefix({ variable }: Leaf): string {
  return variable.slice(0, '__'.length - NAME.length)
}

function leafAt(path: readonly string[], schema: TSchema): Leaf {
  const ofKey = `ORION_${path.map(name => name.toUpperCase()).join('__')}`
  const variable = valueSchema(schema) === undefined ? (schema.variable ?? ofKey) : ofKey + NAME
  return { key: path.join('.'), path, variable, schema }
}
