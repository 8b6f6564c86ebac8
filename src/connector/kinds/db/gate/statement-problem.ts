import { DIALECTS, type Dialect } from '../client.ts'
import { CHANGES } from './changes.ts'
import { type SqlWord, sqlWords } from './sql-words.ts'

export type Purpose = 'read' | 'write'

/** First words of what only reads. */
const READS = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE'])

/** Statements that would reach beyond their own transaction: into it, into the session, into files, or over the wire. */
const BEYOND = new Set(
  (
    'BEGIN START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE XA SET RESET DISCARD USE PREPARE EXECUTE DEALLOCATE COPY ' +
    'LOAD LISTEN UNLISTEN UNLOCK HANDLER ATTACH DETACH PRAGMA VACUUM'
  ).split(' '),
)

/** Why a function does not run a statement, in words; undefined when it does. */
export function statementProblem(query: string, dialect: Dialect, purpose: Purpose): string | undefined {
  const words = sqlWords(query, dialect)
  const name = purpose === 'read' ? 'db_read' : 'db_write'
  const first = words.find(({ text }) => text !== '(' && text !== ';')
  if (first === undefined) return "'query' has no statement to run"
  if (isSeveral(words, first)) return `${name} runs one statement, but 'query' has several`
  if (purpose === 'write') return BEYOND.has(first.text) ? beyond(first.text) : undefined
  const changing = changingWord(words, first)
  return changing && `db_read runs read statements only, but this one ${changing}`
}

/** The same when the database is not known: what every one of them would be refused for. */
export function problemEverywhere(query: string, purpose: Purpose): string | undefined {
  const problems = DIALECTS.map(dialect => statementProblem(query, dialect, purpose))
  return problems.includes(undefined) ? undefined : problems[0]
}

/** What the statement does, behind "but this one". */
function changingWord(words: readonly SqlWord[], first: SqlWord): string | undefined {
  if (!READS.has(first.text)) return `starts with '${first.text}'`
  const into = words.find(({ text }, at) => text === 'INTO' && !isLabel(words, at))
  if (into !== undefined) return "has 'INTO', which writes"
  if (first.text !== 'WITH') return undefined
  const inside = words.find(
    ({ text }, at) => CHANGES.has(text) && words[at - 1]?.text === '(' && !isNamed(words, at),
  )
  if (inside !== undefined) return `has '${inside.text}' in its WITH list`
  const main = words.find(
    ({ text, depth }, at) =>
      depth === first.depth &&
      (READS.has(text) || CHANGES.has(text)) &&
      at > 0 &&
      text !== 'WITH' &&
      !isNamed(words, at),
  )
  return main !== undefined && CHANGES.has(main.text) ? `has '${main.text}' after its WITH list` : undefined
}

/** Whether a word is the name of a member of a WITH list, or a function. */
function isNamed(words: readonly SqlWord[], at: number): boolean {
  const next = words[at + 1]?.text
  return next === 'AS' || next === '('
}

/** `AS into`, `t.into`. */
function isLabel(words: readonly SqlWord[], at: number): boolean {
  const before = words[at - 1]?.text
  return before === 'AS' || before === '.'
}

/** Bodies of triggers and functions have statements of their own. */
function isSeveral(words: readonly SqlWord[], first: SqlWord): boolean {
  if (first.text === 'CREATE' && words.some(({ text }) => text === 'BEGIN')) return false
  const end = words.findIndex(({ text, kind }) => kind === 'mark' && text === ';')
  return end >= 0 && words.slice(end).some(({ text }) => text !== ';')
}

function beyond(word: string): string {
  return `db_write runs statements that stay within their transaction, and '${word}' does not`
}
