/** Line and column of an offset; both count from 1, columns in characters (code points). */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  return { line: lineBreaks(text, lineStart) + 1, column: codePoints(text, lineStart, offset) + 1 }
}

function lineBreaks(text: string, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** How many from `start` to `end`; the text is well-formed. */
export function codePoints(text: string, start: number, end: number): number {
  let count = end - start
  for (let at = start; at < end; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--
  return count
}

/** Finds lines and columns of one text, again and again. */
export class LineIndex {
  readonly #text: string
  #starts: number[] | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** What {@link positionAt} gives. */
  positionAt(offset: number): { line: number; column: number } {
    this.#starts ??= lineStarts(this.#text)
    let low = 0
    for (let high = this.#starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: codePoints(this.#text, this.#starts[low] ?? 0, offset) + 1 }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
