import type { Json } from './json.ts'

/** Characters of a line within which a list or an object stands on that line. */
const WIDTH = 100
const INDENT = 2

/**
 * JSON for people: two spaces a level; a list or an object that fits its line stands on it, but for the outermost one
 * and for lists of things that have several entries each. The same value gives the same text; no line break at the end.
 */
export function layoutJson(value: Json): string {
  return isContainer(value) && sizeOf(value) > 0 ? overLines(value, 0) : (flat(value, WIDTH) ?? scalar(value))
}

/** `column` is where the value begins, `behind` what follows it on its line. */
function laidOut(value: Json, indent: number, column: number, behind: number): string {
  if (!isContainer(value)) return scalar(value)
  return flat(value, WIDTH - column - behind) ?? overLines(value, indent)
}

function overLines(container: Container, indent: number): string {
  const inner = indent + INDENT
  const last = sizeOf(container) - 1
  const lines = entriesOf(container).map(([key, value], at) => {
    const name = key === undefined ? '' : `${JSON.stringify(key)}: `
    const comma = at < last ? ',' : ''
    const text = laidOut(value, inner, inner + name.length, comma.length)
    return `${' '.repeat(inner)}${name}${text}${comma}\n`
  })
  const [open, close] = Array.isArray(container) ? '[]' : '{}'
  return `${open}\n${lines.join('')}${' '.repeat(indent)}${close}`
}

/** On one line of so many characters; undefined when it does not fit there. */
function flat(value: Json, room: number): string | undefined {
  if (!isContainer(value)) {
    if (typeof value === 'string' && value.length > room) return undefined
    const text = scalar(value)
    return text.length <= room ? text : undefined
  }
  if (sizeOf(value) === 0) return Array.isArray(value) ? '[]' : '{}'
  if (Array.isArray(value) && isListOfThings(value)) return undefined
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }']
  let text = open
  for (const [key, item] of entriesOf(value)) {
    const name = `${text === open ? '' : ', '}${key === undefined ? '' : `${JSON.stringify(key)}: `}`
    const inner = flat(item, room - text.length - name.length - close.length)
    if (inner === undefined) return undefined
    text += name + inner
  }
  return text + close
}

function isListOfThings(items: readonly Json[]): boolean {
  return items.length > 1 && items.every(item => isContainer(item) && sizeOf(item) > 1)
}

type Container = Extract<Json, object>

function isContainer(value: Json): value is Container {
  return typeof value === 'object' && value !== null
}

function entriesOf(container: Container): readonly (readonly [key: string | undefined, value: Json])[] {
  return Array.isArray(container) ? container.map(item => [undefined, item]) : Object.entries(container)
}

function sizeOf(container: Container): number {
  return Array.isArray(container) ? container.length : Object.keys(container).length
}

function scalar(value: Json): string {
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}
