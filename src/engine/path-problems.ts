import type { Detail } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { ROOTS, rootNamed } from './context.ts'
import { MAX_PATH_PARTS, segmentsOf } from './path-segments.ts'

/**
 * What is wrong with a literal path of the context, which the reference ignores in silence. `known` are the first
 * parts that the text of the problem names.
 */
export function contextPathProblems(path: string, field: string, known: readonly string[] = ROOTS): Detail[] {
  const [first = { key: '' }, ...rest] = segmentsOf(path)
  const got = excerpt(path)
  if (rest.length >= MAX_PATH_PARTS) {
    const expected = `at most ${MAX_PATH_PARTS} parts`
    return [{ path: field, code: 'TOO_LONG', message: `must have ${expected}`, expected, got }]
  }
  if (rootNamed(first.key) !== undefined) return []
  const { hint, field: suggestion } = didYouMean(first.key, known)
  const roots = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`
  const message = `"${got}" must begin with ${roots}${hint}`
  return [
    {
      path: field,
      code: 'INVALID_FORMAT',
      message,
      expected: `a path that begins with ${roots}`,
      got,
      ...suggestion,
    },
  ]
}
