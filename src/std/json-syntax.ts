import { positionAt } from './text-position.ts'

/** Where a JSON text goes wrong, for a reader: both count from 1. */
export interface SyntaxProblem {
  readonly line: number
  readonly column: number
  readonly message: string
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

class SyntaxFound extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected)
  }
}

const A_VALUE = 'a value'
const STRING_END = 'a closing quote, and control characters written as \\u00XX'

/** One pass over a text, character by character, which is fast enough for a megabyte while others wait. */
class Scanner {
  private at = 0

  constructor(private readonly text: string) {}

  document(): void {
    this.value()
    this.space()
    if (this.at < this.text.length) this.fail('the end of the text')
  }

  private value(): void {
    this.space()
    const code = this.text.charCodeAt(this.at)
    if (code === 0x7b) this.object()
    else if (code === 0x5b) this.array()
    else if (code === 0x22) this.string()
    else if (code === 0x74) this.word('true')
    else if (code === 0x66) this.word('false')
    else if (code === 0x6e) this.word('null')
    else this.number(code)
  }

  private object(): void {
    this.at++
    this.space()
    if (this.accept(0x7d)) return
    do {
      this.space()
      if (this.text.charCodeAt(this.at) !== 0x22) this.fail('a key in double quotes')
      this.string()
      this.space()
      if (!this.accept(0x3a)) this.fail('":"')
      this.value()
      this.space()
    } while (this.accept(0x2c))
    if (!this.accept(0x7d)) this.fail('"," or "}"')
  }

  private array(): void {
    this.at++
    this.space()
    if (this.accept(0x5d)) return
    do {
      this.value()
      this.space()
    } while (this.accept(0x2c))
    if (!this.accept(0x5d)) this.fail('"," or "]"')
  }

  private string(): void {
    for (;;) {
      const code = this.text.charCodeAt(++this.at)
      if (code === 0x5c) this.escape()
      else if (code === 0x22) break
      else if (!(code >= 0x20)) this.fail(STRING_END)
    }
    this.at++
  }

  private escape(): void {
    const length = escapeLength(this.text, this.at + 1)
    if (length === 0) this.fail('an escape such as \\n, \\" or \\u00e9')
    this.at += length
  }

  private number(first: number): void {
    const start = this.at
    if (first === 0x2d) this.at++
    if (this.accept(0x30)) {
      // A zero stands alone.
    } else if (!this.digits()) {
      this.at = start
      this.fail(A_VALUE)
    }
    const fraction = this.at
    if (this.accept(0x2e) && !this.digits()) this.at = fraction
    const exponent = this.at
    if (this.accept(0x65) || this.accept(0x45)) {
      if (!this.accept(0x2b)) this.accept(0x2d)
      if (!this.digits()) this.at = exponent
    }
  }

  private digits(): boolean {
    const start = this.at
    while (isDigit(this.text.charCodeAt(this.at))) this.at++
    return this.at > start
  }

  private word(word: string): void {
    if (!this.text.startsWith(word, this.at)) this.fail(A_VALUE)
    this.at += word.length
  }

  private accept(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false
    this.at++
    return true
  }

  private space(): void {
    let code = this.text.charCodeAt(this.at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)
      code = this.text.charCodeAt(++this.at)
  }

  private fail(expected: string): never {
    throw new SyntaxFound(this.at, expected)
  }
}

const HEX = /^[0-9a-fA-F]{4}$/

/** Characters behind the backslash; 0 when they are no escape. */
function escapeLength(text: string, at: number): number {
  const code = text.charAt(at)
  if (code === 'u') return HEX.test(text.slice(at + 1, at + 5)) ? 5 : 0
  return code !== '' && '"\\/bfnrt'.includes(code) ? 1 : 0
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function describe(text: string, { offset, expected }: SyntaxFound): SyntaxProblem {
  const { line, column } = positionAt(text, offset)
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
