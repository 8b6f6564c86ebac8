import { type Detail, OrionError, validationError } from '../errors.ts'
import { isObject, type Json } from '../std/json.ts'
import { isLarge, parseJson, parseJsonInTurns } from '../std/parse-json.ts'
import { isJsonContentType } from './body.ts'

/** What a caller sends (contract 8.2). */
export interface Envelope {
  readonly data: Json
  /** As it came; absent is undefined. */
  readonly metadata: Json | undefined
}

/** No body is `{"data":{},"metadata":{}}`. Throws UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST, NUMBER_OUT_OF_RANGE, VALIDATION_ERROR. */
export function readEnvelope(body: Uint8Array, headers: Headers): Envelope | Promise<Envelope> {
  if (body.byteLength === 0) return { data: {}, metadata: undefined }
  if (!isJsonContentType(headers.get('content-type'))) {
    throw new OrionError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Type must be application/json for requests with a body',
    )
  }
  return isLarge(body) ? parseJsonInTurns(body).then(envelope) : envelope(parseJson(body))
}

function envelope(value: Json): Envelope {
  if (!isObject(value))
    throw invalid({
      path: '',
      code: 'TYPE_MISMATCH',
      message: 'the body must be an object with "data"',
      expected: 'an object',
    })
  if (!Object.hasOwn(value, 'data'))
    throw invalid({
      path: 'data',
      code: 'REQUIRED',
      message: '"data" is required',
      expected: 'any JSON value',
    })
  return { data: value.data ?? null, metadata: Object.hasOwn(value, 'metadata') ? value.metadata : undefined }
}

function invalid(detail: Detail): OrionError {
  return validationError([detail])
}
