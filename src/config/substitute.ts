export type Environment = Readonly<Record<string, string | undefined>>

/** A text after substitution, and what is wrong in it. */
export interface Substituted {
  value: string
  /** False when the text held nothing to substitute. */
  changed: boolean
  problems: string[]
  /** Variables that have to be set and are not. */
  missing: readonly string[]
  /** Whether it cannot be read as references at all. */
  malformed: boolean
}

type Part = string | Reference

interface Reference {
  name: string
  /** What follows the name: nothing, `:-` and a text for an unset variable, `:?` and the reason why it must be set. */
  form: '' | ':-' | ':?'
  rest: Part[]
}

const MAX_DEPTH = 8
const FORMS = `write \${NAME}, \${NAME:-default}, \${NAME:?why it is needed}, or $$ for a dollar sign`

/**
 * Replaces `${NAME}`, `${NAME:-default}`, `${NAME:?why}` and `$$` in one text, and `env://NAME` when it is the whole text.
 * An unset and an empty variable both take the default. A default is evaluated only when it is used; the value of a
 * variable is never looked into.
 */
export function substitute(text: string, env: Environment): Substituted {
  if (text.includes('env://')) return wholeValue(text, env)
  if (!text.includes('$')) return { ...UNCHANGED, value: text }
  const lacks: Lack[] = []
  try {
    const parts = new TemplateParser(text).parse()
    const value = evaluate(parts, env, lacks)
    const problems = lacks.map(({ problem }) => problem)
    return { value, changed: true, problems, missing: lacks.map(({ name }) => name), malformed: false }
  } catch (error) {
    if (!(error instanceof MalformedTemplate)) throw error
    return wrong(error.message)
  }
}

const UNCHANGED: Substituted = { value: '', changed: false, problems: [], missing: [], malformed: false }

function wrong(problem: string): Substituted {
  return { value: '', changed: true, problems: [problem], missing: [], malformed: true }
}

/** A variable that has to be set and is not. */
interface Lack {
  readonly name: string
  readonly problem: string
}

function wholeValue(text: string, env: Environment): Substituted {
  const name = /^env:\/\/([A-Za-z_]\w*)$/.exec(text)?.[1]
  if (name === undefined) {
    const problem = `env://NAME replaces a whole value and cannot be a part of one; inside a text write \${NAME}`
    return wrong(problem)
  }
  const value = env[name]
  if (value !== undefined) return { ...UNCHANGED, value, changed: true }
  const problems = [`the environment variable ${name} is not set (env://${name})`]
  return { ...UNCHANGED, changed: true, problems, missing: [name] }
}

function evaluate(parts: readonly Part[], env: Environment, lacks: Lack[]): string {
  return parts.map(part => (typeof part === 'string' ? part : evaluateReference(part, env, lacks))).join('')
}

function evaluateReference({ name, form, rest }: Reference, env: Environment, lacks: Lack[]): string {
  const value = env[name]
  if (value !== undefined && (value !== '' || form === '')) return value
  if (form === ':-') return evaluate(rest, env, lacks)
  const why = form === ':?' ? `: ${evaluate(rest, env, lacks)}` : `; set it, or write \${${name}:-default}`
  lacks.push({
    name,
    problem: `the environment variable ${name} is ${value === '' ? 'empty' : 'not set'}${why}`,
  })
  return ''
}

class MalformedTemplate extends Error {}

class TemplateParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): Part[] {
    return this.#parts(0)
  }

  /** Parts up to the end, or inside a reference (`depth` > 0) up to its closing brace, which is consumed. */
  #parts(depth: number): Part[] {
    const parts: Part[] = []
    while (this.#at < this.#text.length) {
      if (depth > 0 && this.#take('}')) return parts
      if (this.#take('$$')) parts.push('$')
      else if (this.#take('${')) parts.push(this.#reference(depth + 1))
      else parts.push(this.#literal())
    }
    if (depth > 0) throw new MalformedTemplate(`"\${" has no closing "}"; ${FORMS}`)
    return parts
  }

  #reference(depth: number): Reference {
    if (depth > MAX_DEPTH) throw new MalformedTemplate(`"\${...}" is nested deeper than ${MAX_DEPTH}`)
    const name = /^[A-Za-z_]\w*/.exec(this.#text.slice(this.#at))?.[0] ?? ''
    this.#at += name.length
    if (name === '') throw this.#misunderstood()
    if (this.#take('}')) return { name, form: '', rest: [] }
    if (this.#take(':-')) return { name, form: ':-', rest: this.#parts(depth) }
    if (this.#take(':?')) return { name, form: ':?', rest: this.#parts(depth) }
    throw this.#misunderstood()
  }

  #literal(): string {
    const start = this.#at++
    while (this.#at < this.#text.length && !'$}'.includes(this.#text.charAt(this.#at))) this.#at++
    return this.#text.slice(start, this.#at)
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #misunderstood(): MalformedTemplate {
    const from = this.#text.lastIndexOf('${', this.#at)
    return new MalformedTemplate(`"${this.#text.slice(from, from + 20)}" is not understood; ${FORMS}`)
  }
}
