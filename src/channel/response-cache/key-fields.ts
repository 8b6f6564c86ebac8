import { isObject, type Json, own } from '../../std/json.ts'

/** Reads one field of a payload; undefined when it is not there. */
export type KeyField = (data: Json) => Json | undefined

/**
 * The field that an entry of `cache_key_fields` names: dotted from the root of `data`, with or without `data.` in front;
 * `data` alone is all of it. Items of lists are named by their index.
 */
export function keyField(path: string): KeyField {
  const segments = segmentsOf(path)
  return data => {
    let value: Json | undefined = data
    for (const segment of segments) {
      value = member(value, segment)
      if (value === undefined) return undefined
    }
    return value
  }
}

/** What is wrong with an entry of `cache_key_fields`; undefined when nothing is. */
export function keyFieldProblem(path: string): string | undefined {
  return segmentsOf(path).includes('') ? `"${path}" has an empty segment` : undefined
}

function segmentsOf(path: string): string[] {
  if (path === 'data') return []
  return (path.startsWith('data.') ? path.slice('data.'.length) : path).split('.')
}

const INDEX = /^(?:0|[1-9]\d{0,8})$/

function member(value: Json, segment: string): Json | undefined {
  if (Array.isArray(value)) return INDEX.test(segment) ? value[Number(segment)] : undefined
  return isObject(value) ? own(value, segment) : undefined
}
