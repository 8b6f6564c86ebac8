import type { Dialect } from '../client.ts'

/** One thing of a statement that a gate looks at; texts, quoted names and comments are left out. */
export interface SqlWord {
  readonly kind: 'word' | 'mark' | 'placeholder'
  /** Words in upper case; marks are one character, `0` for any number. */
  readonly text: string
  /** Parentheses around it. */
  readonly depth: number
  /** Where the statement goes on behind it. */
  readonly end: number
}

const SPACE = /\s+/y
const LINE = /[^\n]*/y
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy
const NUMBER = /\d+(?:\.\d*)?/y
const NUMBERED = /[$?]\d+/y
const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy
/** Comments whose content MySQL runs: `/*!50000 …`, `/*M!100100 …`. */
const RUN_COMMENT = /\/\*M?!\d*/y

/** Splits a statement into what a gate looks at, as its database reads it. */
class SqlReader {
  readonly words: SqlWord[] = []
  readonly #text: string
  readonly #dialect: Dialect
  #at = 0
  #depth = 0

  constructor(text: string, dialect: Dialect) {
    this.#text = text
    this.#dialect = dialect
  }

  read(): readonly SqlWord[] {
    while (this.#at < this.#text.length) {
      if (!(this.#skipSpace() || this.#skipQuoted() || this.#takeName())) this.#takeMark()
    }
    return this.words
  }

  #skipSpace(): boolean {
    if (this.#match(SPACE) !== undefined) return true
    const isMysql = this.#dialect === 'mysql'
    if (isMysql && this.#match(RUN_COMMENT) !== undefined) return true
    if (isMysql && this.#text.startsWith('*/', this.#at)) {
      this.#at += 2
      return true
    }
    if (this.#text.startsWith('/*', this.#at)) return this.#skipComment()
    const isLine = isMysql
      ? /^(?:#|--(?=\s|$))/.test(this.#text.slice(this.#at, this.#at + 3))
      : this.#text.startsWith('--', this.#at)
    if (isLine) this.#match(LINE)
    return isLine
  }

  /** PostgreSQL nests them. */
  #skipComment(): boolean {
    let depth = 0
    do {
      if (this.#text.startsWith('/*', this.#at) && (depth === 0 || this.#dialect === 'postgres')) {
        depth++
        this.#at += 2
      } else if (this.#text.startsWith('*/', this.#at)) {
        depth--
        this.#at += 2
      } else this.#at++
    } while (depth > 0 && this.#at < this.#text.length)
    return true
  }

  #skipQuoted(): boolean {
    const quote = this.#text[this.#at]
    if (quote === "'" || quote === '"') {
      const isEscaped = this.#dialect === 'mysql' || (quote === "'" && this.#isEscapeText())
      return this.#skipTo(quote, isEscaped)
    }
    if (quote === '`' && this.#dialect !== 'postgres') return this.#skipTo('`', false)
    if (quote === '[' && this.#dialect === 'sqlite') return this.#skipTo(']', false)
    if (quote !== '$' || this.#dialect !== 'postgres') return false
    const tag = this.#match(DOLLAR_TAG)
    if (tag === undefined) return false
    const end = this.#text.indexOf(tag, this.#at)
    this.#at = end === -1 ? this.#text.length : end + tag.length
    return true
  }

  /** `E'…'` of PostgreSQL: the word before the quote was just read. */
  #isEscapeText(): boolean {
    return /(?<![\p{L}\p{N}_$])[eE]$/u.test(this.#text.slice(Math.max(0, this.#at - 2), this.#at))
  }

  /** A doubled quote stays inside. */
  #skipTo(quote: string, isEscaped: boolean): boolean {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]
      if (char === '\\' && isEscaped) this.#at++
      else if (char === quote && this.#text[this.#at + 1] === quote && quote !== ']') this.#at++
      else if (char === quote) break
    }
    this.#at++
    return true
  }

  #takeName(): boolean {
    const word = this.#match(WORD)
    if (word !== undefined) return this.#push('word', word.toUpperCase())
    const numbered = this.#match(NUMBERED)
    if (numbered !== undefined) return this.#push('placeholder', numbered)
    return this.#match(NUMBER) !== undefined && this.#push('mark', '0')
  }

  #takeMark(): void {
    const char = this.#text[this.#at++] ?? ''
    if (char === ')') this.#depth = Math.max(0, this.#depth - 1)
    this.#push(char === '?' ? 'placeholder' : 'mark', char)
    if (char === '(') this.#depth++
  }

  #push(kind: SqlWord['kind'], text: string): true {
    this.words.push({ kind, text, depth: this.#depth, end: this.#at })
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined || found === '') return undefined
    this.#at += found.length
    return found
  }
}

export function sqlWords(query: string, dialect: Dialect): readonly SqlWord[] {
  return new SqlReader(query, dialect).read()
}
