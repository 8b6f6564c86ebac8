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
