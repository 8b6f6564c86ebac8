/** Where a JSON text goes wrong, for a reader: both count from 1. */
export interface SyntaxProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A value of a well-formed text that cannot be kept as it is written. */
export interface ValueProblem {
  readonly kind: 'number' | 'surrogate'
  /** Dotted from the root: `data.items[3].id`. */
  readonly path: string
  readonly literal: string
}

const MAX_PROBLEMS = 20
const MAX_PATH_CHARS = 200
const LARGEST = 2n ** 53n
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
/** A digit other than zero before the exponent. */
const SOMETHING = /^-?[\d.]*[1-9]/
const SPACE = /[ \t\n\r]*/y
// All but the quote, the backslash and what lies below the space.
const PLAIN = /[ !#-[\]-\uffff]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SURROGATE_PAIR = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/y
const LONE_SURROGATE = /\\u[dD][89a-fA-F][0-9a-fA-F]{2}/y

class SyntaxFound extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected)
  }
}

/** The first syntax error of a text that `JSON.parse` refused. Nesting has been bounded by the caller. */
export function syntaxProblem(text: string): SyntaxProblem {
  try {
    new Scanner(text).document()
  } catch (error) {
    if (error instanceof SyntaxFound) return describe(text, error)
    throw error
  }
  return { line: 1, column: 1, message: 'not JSON' }
}

/** Numbers and escapes of a well-formed text that JavaScript would change in silence; the first 20. */
export function valueProblems(text: string): ValueProblem[] {
  const scanner = new Scanner(text)
  scanner.document()
  return scanner.problems
}

/** One pass over a JSON text that keeps the path of the value it is at. */
class Scanner {
  readonly problems: ValueProblem[] = []
  private readonly path: (string | number)[] = []
  private at = 0

  constructor(private readonly text: string) {}

  document(): void {
    this.value()
    this.skip(SPACE)
    if (this.at < this.text.length) this.fail('the end of the text')
  }

  private value(): void {
    this.skip(SPACE)
    const char = this.text[this.at]
    if (char === '{') this.object()
    else if (char === '[') this.array()
    else if (char === '"') this.string()
    else if (char === 't') this.word('true')
    else if (char === 'f') this.word('false')
    else if (char === 'n') this.word('null')
    else this.number()
  }

  private object(): void {
    this.at++
    this.skip(SPACE)
    if (this.accept('}')) return
    do {
      this.skip(SPACE)
      if (this.text[this.at] !== '"') this.fail('a key in double quotes')
      this.path.push(this.string())
      this.skip(SPACE)
      if (!this.accept(':')) this.fail('":"')
      this.value()
      this.path.pop()
      this.skip(SPACE)
    } while (this.accept(','))
    if (!this.accept('}')) this.fail('"," or "}"')
  }

  private array(): void {
    this.at++
    this.skip(SPACE)
    if (this.accept(']')) return
    let index = 0
    do {
      this.path.push(index++)
      this.value()
      this.path.pop()
      this.skip(SPACE)
    } while (this.accept(','))
    if (!this.accept(']')) this.fail('"," or "]"')
  }

  /** Gives the text between the quotes as it is written. */
  private string(): string {
    const start = ++this.at
    for (;;) {
      this.skip(PLAIN)
      if (this.text[this.at] === '"') return this.text.slice(start, this.at++)
      if (this.text[this.at] !== '\\') this.fail('a closing quote, and control characters written as \\u00XX')
      if (this.skip(SURROGATE_PAIR)) continue
      const literal = this.skip(LONE_SURROGATE)
      if (literal) this.report('surrogate', literal)
      else if (!this.skip(ESCAPE)) this.fail('an escape such as \\n, \\" or \\u00e9')
    }
  }

  private number(): void {
    const start = this.at
    NUMBER.lastIndex = start
    const match = NUMBER.exec(this.text)
    if (match === null) this.fail('a value')
    const literal = match[0]
    this.at = start + literal.length
    const integral = match[2] === undefined && (match[1] === undefined || /^\.0+$/.test(match[1]))
    const value = Number(literal)
    const lost = !Number.isFinite(value) || (value === 0 && SOMETHING.test(literal))
    if (lost || (integral && beyondExact(literal))) this.report('number', literal)
  }

  private word(word: string): void {
    if (!this.text.startsWith(word, this.at)) this.fail('a value')
    this.at += word.length
  }

  private accept(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  private report(kind: ValueProblem['kind'], literal: string): void {
    if (this.problems.length < MAX_PROBLEMS) {
      this.problems.push({ kind, path: dotted(this.path), literal: shorten(literal, 40) })
    }
  }

  private fail(expected: string): never {
    throw new SyntaxFound(this.at, expected)
  }
}

function beyondExact(literal: string): boolean {
  const digits = literal.replace(/\.0+$/, '')
  if (digits.length < 16) return false
  const value = BigInt(digits)
  return value > LARGEST || value < -LARGEST
}

function dotted(path: readonly (string | number)[]): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else text += text === '' ? segment : `.${segment}`
    if (text.length > MAX_PATH_CHARS) break
  }
  return shorten(text, MAX_PATH_CHARS)
}

function shorten(text: string, maxChars: number): string {
  return text.length > maxChars ? `${text.slice(0, maxChars)}…` : text
}

function describe(text: string, { offset, expected }: SyntaxFound): SyntaxProblem {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  const column = [...before.slice(lineStart)].length + 1
  const point = text.codePointAt(offset)
  const found = point === undefined ? 'the text ends' : `unexpected ${quoted(point)}`
  return { line, column, message: `${found} at line ${line}, column ${column}; expected ${expected}` }
}

function quoted(point: number): string {
  const visible = point > 0x20 && point !== 0x7f
  return visible
    ? `"${String.fromCodePoint(point)}"`
    : `character U+${point.toString(16).toUpperCase().padStart(4, '0')}`
}
