import { parseExactly } from '../../std/exact-values.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import type { KeptResult } from './kept-result.ts'

/** A result as two runs of one request are compared: without ids and instants. */
export interface ResultView {
  /** `status`, `error` of a failed run, `errors`, and `data` of an envelope or else `answer`. */
  readonly value: JsonObject
  /** Whether `data` is in it: an answer in another form may hold any part of that. */
  readonly hasData: boolean
}

export function viewOf(kept: KeptResult): ResultView {
  const result = kept.result_json === null ? undefined : parseExactly(kept.result_json)
  const notes = notesOf(kept.answer_notes_json)
  const value: JsonObject = { status: kept.status }
  if (kept.error_message !== null) value.error = kept.error_message
  if (isObject(result) && own(result, 'id') === kept.id) {
    value.errors = withoutInstants(own(result, 'errors') ?? [])
    value.data = own(result, 'data') ?? null
    if (notes !== undefined) value.answer = notes
    return { value, hasData: true }
  }
  const { errors = [], ...answer } = notes ?? {}
  value.errors = withoutInstants(errors)
  value.answer = result === undefined ? answer : { ...answer, body: result }
  return { value, hasData: false }
}

function notesOf(text: string | null): JsonObject | undefined {
  const notes = text === null ? undefined : parseExactly(text)
  return isObject(notes) ? notes : undefined
}

function withoutInstants(errors: Json): Json {
  if (!Array.isArray(errors)) return errors
  return errors.map(entry => {
    if (!isObject(entry)) return entry
    const { timestamp: _, ...rest } = entry
    return rest
  })
}
