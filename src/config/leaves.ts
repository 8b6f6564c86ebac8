import type { TObject, TSchema } from '@sinclair/typebox'
import { isObject, own } from '../std/json.ts'
import { ConfigSchema } from './schema.ts'

/** A key that has a value of its own, not a section. */
export interface Leaf {
  /** `server.tls.enabled` */
  readonly key: string
  readonly path: readonly string[]
  /** `ORION_SERVER__TLS__ENABLED` */
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
  return schema.type === 'object'
}

function leafAt(path: readonly string[], schema: TSchema): Leaf {
  const variable = schema.variable ?? `ORION_${path.map(name => name.toUpperCase()).join('__')}`
  return { key: path.join('.'), path, variable, schema }
}
