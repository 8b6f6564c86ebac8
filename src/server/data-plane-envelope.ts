import type { Body } from '../dispatch/arrival.ts'
import { type Detail, OrionError, validationError } from '../errors.ts'
import { isObject, type Json } from '../std/json.ts'
import { isLarge, parseJson, parseJsonInTurns } from '../std/parse-json.ts'
import { isJsonContentType } from './body.ts'

/** What a caller sends (contract 8.2). No body is `{"data":{},"metadata":{}}`. Throws UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST, NUMBER_OUT_OF_RANGE, VALIDATION_ERROR. */
export function readEnvelope(body: Uint8Array, headers: Headers): Body | Promise<Body> {
  if (body.byteLength === 0) return { payload: {}, metadata: undefined }
  if (!isJsonContentType(headers.get('content-type'))) {
    throw new OrionError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Type must be application/json for requests with a body',
    )
  }
  return isLarge(body) ? parseJsonInTurns(body).then(envelope) : envelope(parseJson(body))
}

function envelope(value: Json): Body {
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
  return {
    payload: value.data ?? null,
    metadata: Object.hasOwn(value, 'metadata') ? value.metadata : undefined,
  }
}

function invalid(detail: Detail): OrionError {
  return validationError([detail])
}
