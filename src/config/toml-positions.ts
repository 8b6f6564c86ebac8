import { parse } from 'smol-toml'
import { dottedPath } from '../std/schema-problems.ts'

/** 1-based. */
interface Position {
  line: number
  column: number
}

/** Offsets of where the name stands (for a key that should not be there) and of where its value begins. */
interface Entry {
  key: number
  value: number
}

/** Where a key or value of a valid TOML text stands, by dotted path: `kafka.topics[1].channel`. */
export type Locate = (path: string, part: keyof Entry) => Position | undefined

export function tomlPositions(toml: string): Locate {
  const entries = new Scanner(toml).scan()
  return (path, part) => {
    // The scanner takes every number for an index, also the name of a key.
    const entry = entries.get(path.replaceAll(/\.(\d+)(?=[.[]|$)/g, '[$1]'))
    return entry && positionAt(toml, entry[part])
  }
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** Walks over a text that a parser has accepted; on another text it ends early, but it ends. */
class Scanner {
  readonly #text: string
  readonly #entries = new Map<string, Entry>()
  /** Tables so far of each array of tables, by pointer. */
  readonly #tables = new Map<string, number>()
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  scan(): Map<string, Entry> {
    let table = ''
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      const before = this.#at
      if (this.#text[this.#at] === '[') table = this.#header()
      else this.#pair(table)
      if (this.#at === before) break
    }
    return this.#entries
  }

  /** `[a.b]` or `[[a.b]]`; answers the pointer of the table that the following pairs belong to. */
  #header(): string {
    const start = this.#at
    const isArray = this.#take('[') && this.#take('[')
    const names = this.#names()
    this.#take(']')
    if (isArray) this.#take(']')
    let pointer = ''
    for (const [index, name] of names.entries()) {
      pointer = child(pointer, name)
      const isLast = index === names.length - 1
      if (isLast && isArray) this.#tables.set(pointer, (this.#tables.get(pointer) ?? 0) + 1)
      this.#note(pointer, start, start)
      const tables = this.#tables.get(pointer)
      if (tables !== undefined) pointer = child(pointer, String(tables - 1))
    }
    this.#note(pointer, start, start)
    return pointer
  }

  /** `a.b = value` */
  #pair(table: string): void {
    const start = this.#at
    const pointers: string[] = []
    for (const name of this.#names()) pointers.push(child(pointers.at(-1) ?? table, name))
    this.#take('=')
    this.#skipSpace()
    for (const pointer of pointers) this.#note(pointer, start, this.#at)
    this.#value(pointers.at(-1) ?? table)
  }

  /** Dotted names with their quotes and escapes resolved. */
  #names(): string[] {
    const names: string[] = []
    do {
      this.#skipSpace()
      const name = this.#match(/"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+/y)
      if (name === '') break
      names.push(/^["']/.test(name) ? unquoted(name) : name)
      this.#skipSpace()
    } while (this.#take('.'))
    return names
  }

  #value(pointer: string): void {
    const first = this.#text[this.#at]
    if (first === '[') this.#array(pointer)
    else if (first === '{') this.#inlineTable(pointer)
    else this.#match(SCALAR)
  }

  #array(pointer: string): void {
    this.#take('[')
    for (let index = 0; this.#more(']'); index++) {
      const item = child(pointer, String(index))
      this.#note(item, this.#at, this.#at)
      const before = this.#at
      this.#value(item)
      this.#skipBlank()
      this.#take(',')
      if (this.#at === before) return
    }
  }

  #inlineTable(pointer: string): void {
    this.#take('{')
    while (this.#more('}')) {
      const before = this.#at
      this.#pair(pointer)
      this.#skipBlank()
      this.#take(',')
      if (this.#at === before) return
    }
  }

  /** False, behind the closing token, when there is no further item. */
  #more(closing: string): boolean {
    this.#skipBlank()
    return this.#at < this.#text.length && !this.#take(closing)
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #skipSpace(): void {
    this.#match(/[ \t]*/y)
  }

  /** White space, line breaks and comments. */
  #skipBlank(): void {
    this.#match(/(?:\s|#[^\n]*)*/y)
  }

  /** The first place counts: a table that is opened again keeps its first header. */
  #note(pointer: string, key: number, value: number): void {
    const path = dottedPath(pointer)
    if (!this.#entries.has(path)) this.#entries.set(path, { key, value })
  }
}

/** A string of any of the four kinds, or anything bare up to where a value must end. */
const SCALAR = /"""(?:\\[\s\S]|[^\\])*?"""+|'''[\s\S]*?'''+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^,\]}\n#]+/y

function child(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function unquoted(name: string): string {
  return String(parse(`name = ${name}`).name)
}
