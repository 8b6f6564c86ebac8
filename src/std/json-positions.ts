import { codePoints, LineIndex } from './text-position.ts'

/** Where something stands in a text; lines and columns count from 1, columns in characters (code points). */
export interface Position {
  readonly line: number
  readonly column: number
  /** Characters to underline: those of a scalar or a key, 1 for a container. */
  readonly length: number
}

/** Finds the parts of a JSON document in its text. */
export interface JsonPositions {
  /**
   * The value at a dotted path (`tasks[0].condition.==[1]`), or its key; of a path that the document does not have, the
   * nearest part around it.
   */
  find(path: string, part?: 'key' | 'value'): Position
  /** Keys that their object has had before. */
  readonly repeatedKeys: readonly { readonly path: string; readonly position: Position }[]
}

interface Token {
  readonly start: number
  readonly end: number
}
interface Entry {
  readonly value: Token
  readonly key: Token | undefined
}

/** The path of a member or an item of the value at `path`. */
export function innerPath(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`
  return path === '' ? name : `${path}.${name}`
}

/** The path of a part whose path is told from the value at `path`. */
export function pathWithin(path: string, inner: string): string {
  return path === '' || inner === '' || inner.startsWith('[') ? path + inner : `${path}.${inner}`
}

/** The path of what holds the value at `path`. */
export function outerPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('[')))
}

/** `text` is well-formed JSON: `JSON.parse` took it. */
export function jsonPositions(text: string): JsonPositions {
  const { entries, repeated } = readEntries(text)
  const lines = new LineIndex(text)
  const whole: Entry = { value: { start: 0, end: 0 }, key: undefined }
  return {
    find(path, part = 'value') {
      let wanted = path
      while (wanted !== '' && !entries.has(wanted)) wanted = outerPath(wanted)
      const { key, value } = entries.get(wanted) ?? whole
      return position(text, lines, part === 'key' && key !== undefined ? key : value)
    },
    repeatedKeys: repeated.map(({ path, key }) => ({ path, position: position(text, lines, key) })),
  }
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** A container whose end has not been read. */
interface Open {
  readonly path: string
  /** Items so far; undefined in an object. */
  index: number | undefined
  key: Token | undefined
  name: string
  /** Of its keys so far. */
  readonly names: Set<string>
}

interface Entries {
  readonly entries: Map<string, Entry>
  readonly repeated: { readonly path: string; readonly key: Token }[]
}

/** Of a key that is there twice the last one counts, as `JSON.parse` has it. */
function readEntries(text: string): Entries {
  const entries = new Map<string, Entry>()
  const repeated: Entries['repeated'] = []
  const around: Open[] = []
  for (const match of text.matchAll(TOKEN)) {
    const [word] = match
    const token = { start: match.index, end: match.index + word.length }
    const open = around.at(-1)
    if (word === '}' || word === ']') around.pop()
    else if (word === ',') separate(open)
    else if (word === ':') continue
    else if (open !== undefined && open.index === undefined && open.key === undefined) {
      open.key = token
      open.name = keyText(word)
      if (open.names.has(open.name)) repeated.push({ path: innerPath(open.path, open.name), key: token })
      open.names.add(open.name)
    } else {
      const path = open === undefined ? '' : innerPath(open.path, open.index ?? open.name)
      const isContainer = word === '{' || word === '['
      entries.set(path, {
        value: isContainer ? { start: token.start, end: token.start + 1 } : token,
        key: open?.key,
      })
      if (isContainer)
        around.push({ path, index: word === '[' ? 0 : undefined, key: undefined, name: '', names: new Set() })
    }
  }
  return { entries, repeated }
}

function separate(open: Open | undefined): void {
  if (open === undefined) return
  if (open.index === undefined) open.key = undefined
  else open.index++
}

function keyText(word: string): string {
  const text: unknown = JSON.parse(word)
  return String(text)
}

function position(text: string, lines: LineIndex, { start, end }: Token): Position {
  return { ...lines.positionAt(start), length: Math.max(1, codePoints(text, start, end)) }
}
