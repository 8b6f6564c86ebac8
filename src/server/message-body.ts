import type { Body, BodyMode } from '../dispatch/arrival.ts'
import { type Detail, OrionError, validationError } from '../errors.ts'
import { isObject, type Json } from '../std/json.ts'
import { charsetOf, mediaKind } from '../std/media-type.ts'
import { isLarge, parseJson, parseJsonInTurns } from '../std/parse-json.ts'
import { isJsonContentType } from './body.ts'
import { readForm } from './form-body.ts'
import { declaredEncoding, readText } from './text-body.ts'

type OfJson = (value: Json) => Body

/**
 * What a caller sends, as the channel reads it (contract 8.2; later versions, "body_mode"). No body is an empty object
 * as payload, whatever the mode. Throws UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST, NUMBER_OUT_OF_RANGE, VALIDATION_ERROR.
 */
export function readMessage(
  bytes: Uint8Array,
  contentType: string | null,
  mode: BodyMode,
): Body | Promise<Body> {
  if (bytes.byteLength === 0) return payload({})
  if (isJsonContentType(contentType)) return readJson(bytes, OF_JSON[mode])
  if (mode !== 'envelope') return payload(readOther(bytes, contentType))
  throw new OrionError(
    'UNSUPPORTED_MEDIA_TYPE',
    'Content-Type must be application/json for requests with a body',
  )
}

function readJson(bytes: Uint8Array, bodyOf: OfJson): Body | Promise<Body> {
  return isLarge(bytes) ? parseJsonInTurns(bytes).then(bodyOf) : bodyOf(parseJson(bytes))
}

/** What is not JSON: text as it is, fields of a form as an object. */
function readOther(bytes: Uint8Array, contentType: string | null): Json {
  const charset = contentType === null ? undefined : charsetOf(contentType)
  switch (mediaKind(contentType)) {
    case 'xml':
      return readText(bytes, charset ?? declaredEncoding(bytes))
    case 'form':
      return readForm(readText(bytes, charset))
    case 'text':
      return readText(bytes, charset)
    default:
      throw new OrionError(
        'UNSUPPORTED_MEDIA_TYPE',
        'Content-Type must be JSON, XML, application/x-www-form-urlencoded or text/* for requests with a body',
      )
  }
}

const OF_JSON: Readonly<Record<BodyMode, OfJson>> = {
  envelope,
  payload,
  auto: value => (isObject(value) && Object.hasOwn(value, 'data') ? envelope(value) : payload(value)),
}

/** Such a caller has no metadata. */
function payload(value: Json): Body {
  return { payload: value, metadata: undefined }
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
