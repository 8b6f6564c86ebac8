import type { Dialect } from '../client.ts'
import { sqlWords } from './sql-words.ts'

/** What a statement says of its placeholders. */
export interface Placeholders {
  /** `?` without a number. */
  readonly marks: number
  /** `$1`. */
  readonly hasNumbered: boolean
}

export function placeholdersOf(query: string, dialect: Dialect): Placeholders {
  const found = sqlWords(query, dialect).filter(({ kind }) => kind === 'placeholder')
  return {
    marks: found.filter(({ text }) => text === '?').length,
    hasNumbered: found.some(({ text }) => text.startsWith('$')),
  }
}

/** The numbers of `$1` and `$2`, each once. */
export function numberedIn(query: string, dialect: Dialect): number[] {
  const found = sqlWords(query, dialect).filter(
    ({ kind, text }) => kind === 'placeholder' && text.startsWith('$'),
  )
  return [...new Set(found.map(({ text }) => Number(text.slice(1))))]
}

/** Why the values of a call cannot be bound, where it uses the placeholders of another database. */
export function placeholderProblem(
  { marks, hasNumbered }: Placeholders,
  dialect: Dialect,
  values: number,
): string | undefined {
  if (values === 0) return undefined
  if (dialect === 'postgres' && marks > 0 && !hasNumbered) {
    return "the placeholders of PostgreSQL are $1, $2 and so on, but 'query' has ?"
  }
  if (dialect === 'mysql' && hasNumbered && marks === 0) {
    return "the placeholders of MySQL are ?, but 'query' has $1"
  }
  return undefined
}
