import type { TSchema } from '@sinclair/typebox'
import { TomlDate } from 'smol-toml'
import { expectation } from '../std/expectation.ts'
import { dottedPath } from '../std/schema-problems.ts'
import { isSection, valueSchema } from './leaves.ts'
import { type Environment, substitute } from './substitute.ts'
import { typedText } from './typed-text.ts'

interface Resolved {
  tree: unknown
  problems: { path: string; message: string }[]
  /** What the file says where a value came from a variable, by path. Such a value may be a secret: it is not shown. */
  written: Map<string, string>
}

interface ResolveOptions {
  env: Environment
  /** The bare reference that a string stands for. */
  original(text: string): string | undefined
}

/** Brings parsed TOML to what the schema speaks of: references are substituted, integers are numbers. */
export function resolveValues(table: unknown, schema: TSchema, options: ResolveOptions): Resolved {
  const resolver = new Resolver(options)
  const tree = resolver.resolve(table, schema, '')
  return { tree, problems: resolver.problems, written: resolver.written }
}

/** What is within something of any shape is so, too. */
function anything(schema: TSchema): TSchema | undefined {
  return schema.anything === true ? schema : undefined
}

class Resolver {
  readonly problems: Resolved['problems'] = []
  readonly written: Resolved['written'] = new Map()
  readonly #options: ResolveOptions

  constructor(options: ResolveOptions) {
    this.#options = options
  }

  /** Undefined for what cannot be resolved; what the schema does not know stays as it is. */
  resolve(value: unknown, schema: TSchema | undefined, pointer: string): unknown {
    if (schema === undefined) return value
    if (typeof value === 'string') return this.#text(value, schema, pointer)
    if (typeof value === 'bigint') return Number(value)
    if (typeof value === 'number' && schema.type === 'integer') return this.#wrong(pointer, schema, 'a float')
    if (value instanceof TomlDate) return this.#wrong(pointer, schema, 'a date')
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        this.resolve(item, schema.items ?? anything(schema), `${pointer}/${index}`),
      )
    }
    if (typeof value === 'object' && value !== null) return this.#table(value, schema, pointer)
    return value
  }

  #table(table: object, schema: TSchema, pointer: string): unknown {
    const properties: Record<string, TSchema> = isSection(schema) ? schema.properties : {}
    const entries = Object.entries(table).map(([name, value]) => {
      const known = Object.hasOwn(properties, name)
        ? properties[name]
        : (valueSchema(schema) ?? anything(schema))
      const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
      return [name, this.resolve(value, known, `${pointer}/${escaped}`)] as const
    })
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }

  #text(text: string, schema: TSchema, pointer: string): unknown {
    const path = dottedPath(pointer)
    const bare = this.#options.original(text)
    const { value, changed, problems } = substitute(bare ?? text, this.#options.env)
    for (const problem of problems) this.problems.push({ path, message: `${path}: ${problem}` })
    if (problems.length > 0) return undefined
    if (!changed) return schema.anyOf === undefined ? text : text.toLowerCase()
    this.written.set(path, bare ?? text)
    const typed = typedText(schema, value)
    if ('value' in typed) return typed.value
    this.problems.push({
      path,
      message: `${path} must be ${typed.expected}, which the value of ${bare ?? text} is not`,
    })
    return undefined
  }

  #wrong(pointer: string, schema: TSchema, got: string): undefined {
    const path = dottedPath(pointer)
    this.problems.push({ path, message: `${path} must be ${expectation(schema)}, not ${got}` })
  }
}
