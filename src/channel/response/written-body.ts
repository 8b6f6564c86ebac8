import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import type { DroppedList } from './dropped.ts'

/** The body of an answer: a value to write as JSON, or a text that is sent as it is. */
export interface WrittenBody {
  readonly value: Json
  readonly raw: boolean
}

/** What a workflow chose of `data` as its body: what `body_path` names, else all of it. */
export function chooseBody(response: JsonObject, data: Json, dropped: DroppedList): WrittenBody {
  const path = own(response, 'body_path') ?? null
  const raw = own(response, 'raw') ?? false
  const isPath = typeof path === 'string'
  if (path !== null && !isPath) {
    dropped.add('TYPE_MISMATCH', 'body_path', 'must be a text; the whole of "data" is answered')
  }
  const value = isPath ? valueAt(data, path) : data
  if (typeof raw !== 'boolean') dropped.add('TYPE_MISMATCH', 'raw', 'must be true or false')
  if (raw !== true) return { value, raw: false }
  if (typeof value === 'string') return { value, raw: true }
  dropped.add('TYPE_MISMATCH', 'raw', 'the body is no text, and is written as JSON')
  return { value, raw: false }
}

/** Walks objects alone; null when there is nothing. A leading `data.` may be left out. */
function valueAt(data: Json, path: string): Json {
  if (path === 'data') return data
  const keys = path.split('.')
  let value: Json | undefined = data
  for (const key of keys[0] === 'data' ? keys.slice(1) : keys) {
    value = isObject(value) ? own(value, key) : undefined
    if (value === undefined) return null
  }
  return value ?? null
}
