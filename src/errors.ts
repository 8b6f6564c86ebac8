import type { Json, JsonObject } from './std/json.ts'

interface ErrorKind {
  /** HTTP status of the answer. */
  status: number
  /** Whether the same request may succeed later, unchanged. */
  retryable: boolean
  /** When a client sees it; the text of docs/errors.md. */
  meaning: string
}

/** Every error a client can see. docs/errors.md is generated from this table. */
export const ERRORS = {
  BAD_REQUEST: {
    status: 400,
    retryable: false,
    meaning:
      'The request is malformed (JSON syntax with line and column), or the step it asks for is not possible.',
  },
  VALIDATION_ERROR: {
    status: 400,
    retryable: false,
    meaning: 'A field is missing or has a wrong shape or value; `details` lists every problem.',
  },
  SECRET_NOT_ALLOWED_HERE: {
    status: 400,
    retryable: false,
    meaning:
      '`{"secret": ...}` stands elsewhere than in the input of a function that calls another system; `details` lists every place.',
  },
  NUMBER_OUT_OF_RANGE: {
    status: 400,
    retryable: false,
    meaning: 'A number is beyond the range of numbers: a magnitude above 1.8e308 or below 5e-324.',
  },
  UNAUTHORIZED: {
    status: 401,
    retryable: false,
    meaning: 'The admin key, or what the channel asks for, is missing or wrong.',
  },
  FORBIDDEN: { status: 403, retryable: false, meaning: 'The caller may not do this.' },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'No such route, channel, definition or trace.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    retryable: false,
    meaning: 'The path exists, but not with this method; `allow` lists the methods.',
  },
  CONFLICT: {
    status: 409,
    retryable: false,
    meaning:
      'The id, name or route is taken, a draft already exists, or a request with this idempotency key came before.',
  },
  DATA_ERROR: {
    status: 400,
    retryable: false,
    meaning: 'A system that the workflow calls refuses a value or a statement; `details` has its SQLSTATE.',
  },
  CONSTRAINT_VIOLATED: {
    status: 409,
    retryable: false,
    meaning: 'What the workflow writes conflicts with what a database holds; `details` has the SQLSTATE.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    meaning: 'The body is larger than `ingest.max_payload_size`.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retryable: false,
    meaning:
      'A body must be `application/json` or `+json`; a channel with `request.body_mode` also takes XML, forms and text.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    retryable: false,
    meaning: 'The idempotency key belongs to a request with another body.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    meaning: 'More requests than the channel or the server takes; `retry-after` says when to try again.',
  },
  ENGINE_ERROR: {
    status: 500,
    retryable: false,
    meaning: 'A task of the workflow failed; the trace says why.',
  },
  STORAGE_ERROR: { status: 500, retryable: true, meaning: 'The database failed; the log says why.' },
  INTERNAL_ERROR: { status: 500, retryable: false, meaning: 'A defect of Orion; the log says why.' },
  RESPONSE_TOO_LARGE: {
    status: 502,
    retryable: false,
    meaning: 'The answer is larger than `queue.max_result_size_bytes`.',
  },
  UPSTREAM_ERROR: {
    status: 502,
    retryable: true,
    meaning: 'A system that the workflow calls answered with an error; `details` has its status.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning:
      'The channel is at capacity or quarantined, something cannot be stored, or the server is stopping.',
  },
  UPSTREAM_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning:
      'A system that the workflow calls cannot be reached, lets nobody in, or has no room; `retry-after` says when to try again.',
  },
  CIRCUIT_OPEN: {
    status: 503,
    retryable: true,
    meaning:
      'A system that the workflow calls failed again and again and is left alone; `retry-after` says how long.',
  },
  TIMEOUT_ERROR: {
    status: 504,
    retryable: true,
    meaning: 'A system that the workflow calls did not answer in time.',
  },
  TIMEOUT: {
    status: 504,
    retryable: true,
    meaning: 'The run took longer than the channel or the server allows.',
  },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERRORS

export type DetailCode =
  | 'REQUIRED'
  | 'TYPE_MISMATCH'
  | 'OUT_OF_RANGE'
  | 'TOO_LONG'
  | 'INVALID_FORMAT'
  | 'INVALID_ENUM'
  | 'UNKNOWN_KEY'
  | 'UNKNOWN_FUNCTION'
  | 'INVALID_LOGIC'
  | 'DUPLICATE'
  | 'NOT_AVAILABLE'
  | 'SECRET_NOT_ALLOWED_HERE'
  | 'SQLSTATE'
  | 'UPSTREAM_STATUS'

/** One problem of a request. `path` is dotted from the root of the body: `tasks[0].function.input.mappings[1].logic`. */
export interface Detail {
  path: string
  code: DetailCode
  message: string
  expected?: string
  got?: Json
  suggestion?: string
}

interface OrionErrorOptions {
  details?: readonly Detail[]
  /** What the answer has beside `error`, for operations that count what they did. */
  beside?: JsonObject
  /** Extra response headers, lower-case names (`allow`, `retry-after`). */
  headers?: Readonly<Record<string, string>>
  /** What really happened; goes to the log, never to the caller. */
  cause?: unknown
}

/** The one error class. `message` is for the caller; `cause` is for the log. */
export class OrionError extends Error {
  override readonly name = 'OrionError'
  readonly code: ErrorCode
  readonly details: readonly Detail[] | undefined
  readonly beside: JsonObject | undefined
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(code: ErrorCode, message: string, options: OrionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
    this.beside = options.beside
    this.headers = options.headers
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** The body of every error, as JSON text. */
export function errorBody({ code, message, details, beside }: OrionError, requestId: string): string {
  return JSON.stringify({ error: { code, message, request_id: requestId, details }, ...beside })
}

/** A 400 that lists every problem found; the message quotes the first. The code is that of secrets when they are all it is about. */
export function validationError(details: readonly Detail[]): OrionError {
  const first = details[0]
  const rest = details.length > 1 ? ` (and ${details.length - 1} more)` : ''
  const where = first?.path ? `${first.path}: ` : ''
  const isOfSecrets = first !== undefined && details.every(({ code }) => code === SECRETS)
  return new OrionError(
    isOfSecrets ? SECRETS : 'VALIDATION_ERROR',
    `${where}${first?.message ?? 'Invalid request'}${rest}`,
    {
      details,
    },
  )
}

const SECRETS = 'SECRET_NOT_ALLOWED_HERE'
