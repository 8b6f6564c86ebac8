import { type Dropped, RESPONSE_PATH } from '../channel/response/dropped.ts'
import type { WrittenBody } from '../channel/response/written-body.ts'
import { type Shape, shapeOf, takeResponse } from '../channel/response/written-response.ts'
import type { Message } from '../engine/message.ts'
import { isObject, type Json } from '../std/json.ts'
import { isTooLarge } from '../std/json-size.ts'
import type { Answer } from './answer.ts'
import type { Answering } from './answering.ts'
import { defect, type Failure, resultTooLarge } from './failure.ts'

/** The answer of a run, serialized once for its caller and its trace. */
export interface WrittenAnswer {
  readonly answer: Answer
  readonly isEnvelope: boolean
  /** The body as JSON text, for the trace; null when there is none. */
  readonly result: string | null
  /** How it was answered and what was dropped, as JSON text; null when there is nothing to tell. */
  readonly notes: string | null
}

/**
 * The answer of a run that ended well; a failure when it is longer than `maxBytes` (0 is no limit). `workflowVersion` is
 * the one that ran, or null.
 */
export function writeAnswer(
  answering: Answering | undefined,
  workflowVersion: number | null,
  message: Message,
  maxBytes: number,
): WrittenAnswer | Failure {
  if (answering !== undefined) return writeShaped(answering, workflowVersion, message, maxBytes)
  return writeEnvelope(workflowVersion, message, message.context.data, maxBytes, [])
}

/** The least that an entry of the list of errors takes as JSON. */
const LEAST_ERROR_CHARS = 80

/** `{"id","status","data","errors"}` (contract 8.5); a failure when it is longer than `maxBytes`. */
export function envelopeText(
  { id, errors }: Message,
  status: 'ok' | 'failed',
  data: Json,
  maxBytes: number,
): string | Failure {
  if (maxBytes > 0 && errors.length * LEAST_ERROR_CHARS > maxBytes) return resultTooLarge(maxBytes)
  return limited(data, maxBytes, () => {
    const told = errors.length === 0 ? '[]' : JSON.stringify(errors)
    return `{"id":"${id}","status":"${status}","data":${JSON.stringify(data)},"errors":${told}}`
  })
}

function writeEnvelope(
  workflowVersion: number | null,
  message: Message,
  data: Json,
  maxBytes: number,
  dropped: readonly Dropped[],
): WrittenAnswer | Failure {
  const body = envelopeText(message, 'ok', data, maxBytes)
  if (typeof body !== 'string') return body
  const answer: Answer = {
    status: 200,
    body,
    contentType: undefined,
    headers: undefined,
    workflowVersion,
  }
  const notes = dropped.length === 0 ? null : JSON.stringify({ status: 200, dropped })
  return { answer, isEnvelope: true, result: body, notes }
}

function writeShaped(
  { rules, dataAlone }: Answering,
  workflowVersion: number | null,
  message: Message,
  maxBytes: number,
): WrittenAnswer | Failure {
  const taken = rules === undefined ? undefined : takeResponse(message.context.data)
  const data = taken?.rest ?? message.context.data
  const written = taken?.written ?? null
  if (rules !== undefined && isObject(written)) {
    return writeShape(workflowVersion, message, shapeOf(written, data, rules), maxBytes)
  }
  const dropped = written === null ? [] : [NO_RESPONSE]
  if (!dataAlone) return writeEnvelope(workflowVersion, message, data, maxBytes, dropped)
  const body = { value: data, raw: false }
  return writeShape(
    workflowVersion,
    message,
    { status: 200, contentType: undefined, headers: [], body, dropped },
    maxBytes,
  )
}

const NO_RESPONSE: Dropped = {
  code: 'TYPE_MISMATCH',
  message: 'must be an object; the answer is the usual one',
  path: RESPONSE_PATH,
}

function writeShape(
  workflowVersion: number | null,
  message: Message,
  shape: Shape,
  maxBytes: number,
): WrittenAnswer | Failure {
  const { status, contentType, headers } = shape
  const text = shape.body === undefined ? '' : bodyText(shape.body, maxBytes)
  if (typeof text !== 'string') return text
  return {
    answer: {
      status,
      body: text,
      contentType,
      headers: headers.length === 0 ? undefined : headers,
      workflowVersion,
    },
    isEnvelope: false,
    result: shape.body === undefined ? null : shape.body.raw ? JSON.stringify(text) : text,
    notes: notesOf(shape, message),
  }
}

function bodyText({ value, raw }: WrittenBody, maxBytes: number): string | Failure {
  if (raw && typeof value === 'string') return limited(null, maxBytes, () => value)
  return limited(value, maxBytes, () => JSON.stringify(value))
}

/** Headers by name alone: their values may be credentials. What the body does not tell of failed tasks stands here. */
function notesOf({ status, contentType, headers, dropped }: Shape, { errors }: Message): string {
  return JSON.stringify({
    status,
    content_type: contentType,
    headers: headers.length === 0 ? undefined : headers.map(([name]) => name),
    dropped: dropped.length === 0 ? undefined : dropped,
    errors: errors.length === 0 ? undefined : errors,
  })
}

/** A text that holds `value`, unless it is longer than `maxBytes`. */
function limited(value: Json, maxBytes: number, write: () => string): string | Failure {
  // Texts that share their parts are small until they are written.
  if (maxBytes > 0 && isTooLarge(value, maxBytes)) return resultTooLarge(maxBytes)
  let text: string
  try {
    text = write()
  } catch (error) {
    return defect(error)
  }
  // A character is at most three bytes, so that most answers need no count.
  if (maxBytes === 0 || text.length * 3 <= maxBytes) return text
  const bytes = Buffer.byteLength(text)
  return bytes > maxBytes ? resultTooLarge(maxBytes, bytes) : text
}
