const MAX_SEGMENTS = 32
const PARAMETER = /^\{[A-Za-z0-9_-]{1,64}\}$/
const CONTROL = /\p{Cc}/u

/**
 * Why no request could ever match a pattern, or its workflow never read a parameter; the end of a sentence that begins
 * with the pattern. Segments of a path are decoded before they are compared, so a pattern is written decoded.
 */
export function unreachableProblem(pattern: string): string | undefined {
  const segments = pattern.split('/').filter(segment => segment !== '')
  if (segments.length > MAX_SEGMENTS) return `has more than ${MAX_SEGMENTS} segments`
  for (const segment of segments) {
    const problem = segmentProblem(segment)
    if (problem !== undefined) return `has the segment "${segment}"; ${problem}`
  }
  return undefined
}

function segmentProblem(segment: string): string | undefined {
  if (segment.startsWith('{')) {
    return PARAMETER.test(segment)
      ? undefined
      : 'the name of a parameter is made of at most 64 letters, digits, "_" and "-"'
  }
  if (/%[0-9a-fA-F]{2}/.test(segment))
    return 'write it decoded, as paths are decoded before they are compared'
  if (/[?#\\]/.test(segment)) return 'a path ends before "?" and "#", and clients turn "\\" into "/"'
  if (CONTROL.test(segment)) return 'it holds a control character'
  if (segment !== segment.trim()) return 'it begins or ends with white space'
  return undefined
}
