import { CHANGES } from './changes.ts'
import { sqlWords } from './sql-words.ts'

const NAMES: ReadonlyMap<string, string> = new Map([
  ['INSERT', 'insert'],
  ['REPLACE', 'insert'],
  ['UPDATE', 'update'],
  ['DELETE', 'delete'],
  ['MERGE', 'merge'],
])

/** Whether the database counts rows of it. */
export function changesRows(query: string): boolean {
  return operationsOf(query).some(name => name !== 'execute')
}

/** What a statement of db_write does, as `operations` of a connector names it; `execute` for what changes no rows by name. */
export function operationsOf(query: string): readonly string[] {
  const words = sqlWords(query, 'postgres')
  const first = words.find(({ text }) => text !== '(')?.text ?? ''
  if (first !== 'WITH') return [NAMES.get(first) ?? 'execute']
  const changes = words.filter(({ text }, at) => CHANGES.has(text) && words[at - 1]?.text !== 'DO')
  const names = new Set(changes.map(({ text }) => NAMES.get(text) ?? 'execute'))
  return names.size === 0 ? ['execute'] : [...names]
}
