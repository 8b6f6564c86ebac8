import { isPlaceholder, readReference, referenceText } from '../config/reference.ts'
import { type Environment, substitute } from '../config/substitute.ts'
import { isObject, type Json, type JsonObject, setOwn } from '../std/json.ts'
import type { Found } from './definition.ts'
import { readSecretFile } from './secret-file.ts'

/** Where references lead. */
export interface SecretSources {
  readonly env: Environment
  /** Folders whose files may be read. */
  readonly fileDirs: readonly string[]
  secret(name: string): Found
}

/** A place where a reference stood. */
export interface ResolvedPlace {
  readonly path: string
  /** What stood there: `env://TOKEN`, or words for a text with `${NAME}` in it. */
  readonly reference: string
}

export interface Unresolved {
  readonly path: string
  /** What stood there and why it leads nowhere, without any value. */
  readonly message: string
  readonly stage: 'secret_resolution' | 'env_substitution'
}

export interface Resolution<Value extends Json> {
  /** A copy with what the references stand for. */
  readonly value: Value
  readonly places: readonly ResolvedPlace[]
  readonly problems: readonly Unresolved[]
}

interface ResolveOptions {
  /** Where the object is. */
  readonly path: string
  /** Whether `${NAME}`, `${NAME:-default}` and `$$` are replaced too. */
  readonly placeholders: boolean
  /** Keys of the object whose values are left as they are. */
  readonly except?: readonly string[]
}

/** Replaces every reference in an object. Nothing that was put in is looked into. */
export function resolveReferences(
  object: JsonObject,
  { path, placeholders, except = [] }: ResolveOptions,
  sources: SecretSources,
): Resolution<JsonObject> {
  const resolver = new Resolver(sources, placeholders)
  const value: JsonObject = {}
  for (const [key, member] of Object.entries(object)) {
    setOwn(value, key, except.includes(key) ? member : resolver.resolve(member, `${path}.${key}`))
  }
  return { value, places: resolver.places, problems: resolver.problems }
}

/** What one text stands for; undefined when it is no reference. */
export function resolveText(text: string, sources: SecretSources): Found | undefined {
  const reference = readReference(text)
  if (reference === undefined) return undefined
  if ('problem' in reference) return reference
  const { scheme, name } = reference
  if (scheme === 'env') return variable(name, sources.env)
  return scheme === 'file' ? readSecretFile(name, sources.fileDirs) : sources.secret(name)
}

/** A variable with a value, unless it is one of the server itself, which holds keys of its own. */
function variable(name: string, env: Environment): Found {
  if (isOfServer(name)) return { problem: OF_SERVER }
  const value = env[name]
  if (value === undefined) return { problem: `the environment variable ${name} is not set` }
  return value === '' ? { problem: `the environment variable ${name} is empty` } : { value }
}

const OF_SERVER = 'variables of the server itself (ORION_SECTION__KEY) are none of a definition'

function isOfServer(name: string): boolean {
  return name.startsWith('ORION_') && name.includes('__')
}

class Resolver {
  readonly places: ResolvedPlace[] = []
  readonly problems: Unresolved[] = []
  readonly #sources: SecretSources
  readonly #placeholders: boolean

  constructor(sources: SecretSources, placeholders: boolean) {
    this.#sources = sources
    this.#placeholders = placeholders
  }

  resolve(value: Json, path: string): Json {
    if (typeof value === 'string') return this.#text(value, path)
    if (Array.isArray(value)) return value.map((item, at) => this.resolve(item, `${path}[${at}]`))
    if (!isObject(value)) return value
    const copy: JsonObject = {}
    for (const [key, member] of Object.entries(value))
      setOwn(copy, key, this.resolve(member, `${path}.${key}`))
    return copy
  }

  #text(text: string, path: string): string {
    const reference = readReference(text)
    if (reference === undefined) return this.#placeholders ? this.#substituted(text, path) : text
    const shown = 'problem' in reference ? '' : referenceText(reference)
    this.places.push({ path, reference: shown })
    const found = resolveText(text, this.#sources)
    if (found !== undefined && 'value' in found) return found.value
    const why = found?.problem ?? ''
    const message = shown === '' ? `${path}: ${why}` : `${path}: ${shown}: ${why}`
    this.problems.push({ path, message, stage: 'secret_resolution' })
    return ''
  }

  #substituted(text: string, path: string): string {
    if (!text.includes('$')) return text
    const { value, missing, malformed } = substitute(text, withoutServer(this.#sources.env))
    if (value !== text) {
      const reference = isPlaceholder(text) ? text : `a text with \${NAME} in it`
      this.places.push({ path, reference })
    }
    const problem = (message: string) =>
      this.problems.push({ path, message: `${path}: ${message}`, stage: 'env_substitution' })
    if (malformed) problem(MALFORMED)
    for (const name of missing) {
      problem(isOfServer(name) ? `\${${name}}: ${OF_SERVER}` : `the environment variable ${name} is not set`)
    }
    return value
  }
}

const MALFORMED = `"\${" begins a reference that is not understood; write \${NAME}, \${NAME:-default}, or $$ for a dollar sign`

function withoutServer(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOfServer(name)))
}
