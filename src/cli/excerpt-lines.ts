import type { Position } from '../std/json-positions.ts'

/** Characters of a line that are shown, and how many of them before the place. */
const SHOWN = 100
const BEFORE = 60

/** The line, and a caret under the place; a part of the line when it is very long. */
export function excerptLines(text: string, { line, column, length }: Position): string[] {
  const characters = [...(linesOf(text)[line - 1] ?? '').replace(/\r$/, '')]
  if (characters.length === 0) return []
  const start = characters.length <= SHOWN ? 0 : Math.max(0, column - 1 - BEFORE)
  const shown = characters.slice(start, start + SHOWN)
  const number = String(line)
  const before = shown.slice(0, column - 1 - start).map(character => (character === '\t' ? '\t' : ' '))
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - before.length)))
  return [`  ${number} | ${shown.join('')}`, `  ${' '.repeat(number.length)} | ${before.join('')}${carets}`]
}

let lastText = ''
let lastLines: readonly string[] = []

/** Many places of one file are told one after another. */
function linesOf(text: string): readonly string[] {
  if (text !== lastText) {
    lastText = text
    lastLines = text.split('\n')
  }
  return lastLines
}

/** A file may hold anything; a terminal must not obey it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, character =>
    character === '\t' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
