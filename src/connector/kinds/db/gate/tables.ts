import type { Dialect } from '../client.ts'
import { type SqlWord, sqlWords } from './sql-words.ts'

/** Words that a table comes after. */
const BEFORE_TABLE: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'USING'])
/** Words that stand between them and a table. */
const BETWEEN = /^\s*(?:(?:ONLY|LATERAL|IGNORE|LOW_PRIORITY|IF\s+(?:NOT\s+)?EXISTS|OR\s+\w+)\b\s*)*/i
const PART = '(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\\[[^\\]]+\\]|[\\p{L}_][\\p{L}\\p{N}_$]*)'
const NAME = new RegExp(`^${PART}(?:\\s*\\.\\s*${PART})*`, 'u')
/** What may follow a table of a list, up to the comma. */
const ALIAS = new RegExp(
  `^\\s*(?:AS\\s+)?(?:(?!(?:ON|WHERE|SET|GROUP|ORDER|LEFT|RIGHT|INNER|CROSS|FULL|JOIN)\\b)${PART})?\\s*,\\s*`,
  'iu',
)
/** Words after which these are no beginnings of tables: `FOR UPDATE`, `IS DISTINCT FROM`. */
const NO_TABLE_AFTER: ReadonlySet<string> = new Set(['FOR', 'DO', 'ON', 'KEY', 'DISTINCT'])
/** Functions with a FROM between their arguments. */
const WITH_FROM: ReadonlySet<string> = new Set(['EXTRACT', 'SUBSTRING', 'TRIM', 'OVERLAY', 'POSITION'])

/**
 * The tables that a statement names, as they are written, each once. Read from its text alone: views, functions and
 * triggers behind it are not seen, and a name that a `WITH` makes is none.
 */
export function tablesOf(query: string, dialect: Dialect = 'postgres'): readonly string[] {
  const words = sqlWords(query, dialect)
  const made = namesMade(words)
  const tables = new Set<string>()
  for (const [at, word] of words.entries()) {
    if (word.kind !== 'word' || !BEFORE_TABLE.has(word.text) || isNoTable(words, at)) continue
    const mayBeFunction = word.text !== 'INTO' && word.text !== 'TABLE'
    for (const name of listAfter(query.slice(word.end), mayBeFunction)) {
      if (!made.has(name.toUpperCase())) tables.add(name)
    }
  }
  return [...tables]
}

function isNoTable(words: readonly SqlWord[], at: number): boolean {
  const before = words[at - 1]?.text ?? ''
  if (NO_TABLE_AFTER.has(before)) return true
  if (words[at]?.text !== 'FROM') return false
  const depth = words[at]?.depth ?? 0
  for (let back = at - 1; back >= 0; back--) {
    const word = words[back]
    if (word?.text === '(' && word.depth === depth - 1) return WITH_FROM.has(words[back - 1]?.text ?? '')
  }
  return false
}

/** Names before `AS (` after a WITH. */
function namesMade(words: readonly SqlWord[]): ReadonlySet<string> {
  if (!words.some(({ text }) => text === 'WITH')) return new Set()
  return new Set(
    words.flatMap(({ text }, at) =>
      text === 'AS' && opens(words, at + 1) ? (words[at - 1]?.text ?? []) : [],
    ),
  )
}

/** `(`, or `NOT MATERIALIZED (` and the like. */
function opens(words: readonly SqlWord[], at: number): boolean {
  const text = words[at]?.text
  if (text === 'NOT' || text === 'MATERIALIZED') return opens(words, at + 1)
  return text === '('
}

function listAfter(text: string, mayBeFunction: boolean): string[] {
  let rest = text.replace(BETWEEN, '')
  const names: string[] = []
  for (;;) {
    const name = NAME.exec(rest)?.[0]
    if (name === undefined) return names
    rest = rest.slice(name.length)
    if (mayBeFunction && /^\s*\(/.test(rest)) return names
    if (name.toUpperCase() === 'SELECT' || name.toUpperCase() === 'SET') return names
    names.push(plain(name))
    const next = ALIAS.exec(rest)?.[0]
    if (next === undefined) return names
    rest = rest.slice(next.length)
  }
}

/** Without quotes and white space. */
function plain(name: string): string {
  return name.replace(/\s*\.\s*/g, '.').replace(/["`[\]]/g, '')
}
