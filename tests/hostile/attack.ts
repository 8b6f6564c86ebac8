import type { Json, JsonObject } from '../../src/std/json.ts'

/** Something that a stranger may send: a workflow, or a message for one that copies it. */
export interface Attack {
  readonly name: string
  /** Tasks of a workflow; the run gets `{"data":null}` unless there is a body. */
  readonly tasks?: () => Json
  /** `loop` and other fields of the workflow. */
  readonly fields?: JsonObject
  /** The whole body of the request, as text. */
  readonly body?: () => string
  readonly ends: Ending
}

/** How it has to end, cleanly. */
export type Ending =
  /** The answer of a run that went well; `out` is its `data.out`, where that is worth a look. */
  | { readonly kind: 'answer'; readonly out?: Json }
  /** The request, or the definition, is not taken: 4xx with a code, and a text with these words. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly says: string }
  /** The run fails as a whole, with this code for its caller and these words in its trace. */
  | { readonly kind: 'failed'; readonly status: number; readonly code: string; readonly says: string }

export const harmless: Ending = { kind: 'answer' }

export function gives(out: Json): Ending {
  return { kind: 'answer', out }
}

export function malformed(says: string): Ending {
  return { kind: 'refused', status: 400, code: 'BAD_REQUEST', says }
}

export function outOfRange(says: string): Ending {
  return { kind: 'refused', status: 400, code: 'NUMBER_OUT_OF_RANGE', says }
}

/** The definition is not taken. */
export function refused(says: string): Ending {
  return { kind: 'refused', status: 400, code: 'VALIDATION_ERROR', says }
}

/** A budget is used up; its name and size are in the trace. */
export function exhausts(limit: string): Ending {
  return { kind: 'failed', status: 500, code: 'ENGINE_ERROR', says: limit }
}

/** What the message brought is no input for its task. */
export function invalid(says: string): Ending {
  return { kind: 'failed', status: 400, code: 'VALIDATION_ERROR', says }
}

export const tooLarge: Ending = {
  kind: 'failed',
  status: 502,
  code: 'RESPONSE_TOO_LARGE',
  says: 'exceeds limit of 1048576 bytes',
}

/** A rule fails, and so its task does. */
export const fails: Ending = {
  kind: 'failed',
  status: 500,
  code: 'ENGINE_ERROR',
  says: 'Task map failed with status 500',
}

/** One `map` task; its result goes to `data.out`. */
export function rule(logic: Json): () => Json {
  return () => [mapping({ 'data.out': logic })]
}

export function mapping(mappings: JsonObject): JsonObject {
  const list = Object.entries(mappings).map(([path, logic]) => ({ path, logic }))
  return task('map', { mappings: list })
}

export function task(name: string, input: JsonObject): JsonObject {
  return { id: name, name, function: { name, input } }
}

/** `wrap` around a value, `times` over. */
export function nested(value: Json, times: number, wrap: (inner: Json) => Json): Json {
  let result = value
  for (let at = 0; at < times; at++) result = wrap(result)
  return result
}

/** The numbers from 0 on. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at)
}
