import { validationError } from '../errors.ts'
import { isObject, type Json, own } from '../std/json.ts'
import { rootNamed } from './context.ts'

/** One step of a path: a key on an object, an index on an array; `index` is -1 when the text is no index. */
export interface Segment {
  readonly key: string
  readonly index: number
}

/** A step, and the path of the container that it is taken in. */
export interface Level extends Segment {
  readonly above: string
}

/** As deep as a body may be nested. */
export const MAX_PATH_PARTS = 127

/** Splits a path (engine-contract A7). */
export function segmentsOf(path: string): Segment[] {
  return path.split('.').map(segment)
}

/** Splits a path that is written. Throws VALIDATION_ERROR for one of too many parts. */
export function levelsOf(path: string): Level[] {
  const parts = path.split('.', MAX_PATH_PARTS + 1)
  if (parts.length > MAX_PATH_PARTS) {
    const message = `a path has at most ${MAX_PATH_PARTS} parts`
    throw validationError([{ path: '', code: 'TOO_LONG', message, expected: `at most ${MAX_PATH_PARTS}` }])
  }
  let end = -1
  return parts.map(part => {
    const above = path.slice(0, Math.max(0, end))
    end += part.length + 1
    return { ...segment(part), above }
  })
}

/** One leading `#` keeps a number a key: `#20` is key "20" and never an index. */
function segment(text: string): Segment {
  const index = /^\+?\d+$/.test(text) ? Number(text) : -1
  return { key: text.startsWith('#') ? text.slice(1) : text, index: index < 2 ** 64 ? index : -1 }
}

export function child(value: Json | undefined, { key, index }: Segment): Json | undefined {
  if (Array.isArray(value)) return index < 0 ? undefined : value[index]
  return isObject(value) ? own(value, key) : undefined
}

/** Whether a path names a whole root. */
export function isRootPath(path: string): boolean {
  const [first = { key: '' }, ...rest] = segmentsOf(path)
  return rest.length === 0 && rootNamed(first.key) !== undefined
}
