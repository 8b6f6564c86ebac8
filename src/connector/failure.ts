import type { Detail, ErrorCode } from '../errors.ts'

/** What can become of a call over a connector, told apart so that callers and workflows can act on it. */
export type ConnectorErrorCode = Extract<
  ErrorCode,
  | 'VALIDATION_ERROR'
  | 'FORBIDDEN'
  | 'DATA_ERROR'
  | 'CONSTRAINT_VIOLATED'
  | 'UPSTREAM_ERROR'
  | 'UPSTREAM_UNAVAILABLE'
  | 'CIRCUIT_OPEN'
  | 'TIMEOUT_ERROR'
>

/** How far a connection came: its name was looked up, it was dialled, TLS was agreed on, it signed in, it asked. */
export type ConnectStage = 'dns' | 'dial' | 'tls' | 'auth' | 'query'

interface ConnectorErrorOptions {
  /** What happened, for who reads the trace; without credentials. */
  readonly note?: string | undefined
  readonly details?: readonly Detail[] | undefined
  /** Where it failed, for whoever tests the connector. */
  readonly stage?: ConnectStage | undefined
  /** What the far side, or the breaker, asks to be left alone for. */
  readonly retryAfterSecs?: number | undefined
  /** The far side is certain not to have begun, or was not asked: even what must not happen twice may be tried again. */
  readonly isUntouched?: boolean
  /** The same call may end otherwise a little later. */
  readonly isPassing?: boolean
  /** The far side is unwell: the breaker counts it. */
  readonly isUnwell?: boolean
  readonly cause?: unknown
}

const UNWELL: ReadonlySet<ConnectorErrorCode> = new Set(['UPSTREAM_UNAVAILABLE', 'TIMEOUT_ERROR'])

/** Why a call over a connector failed. `message` is for the caller: no data, no address, no credential. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError'
  readonly code: ConnectorErrorCode
  readonly note: string | undefined
  readonly stage: ConnectStage | undefined
  readonly details: readonly Detail[] | undefined
  readonly retryAfterSecs: number | undefined
  readonly isUntouched: boolean
  readonly isPassing: boolean
  readonly isUnwell: boolean

  constructor(code: ConnectorErrorCode, message: string, options: ConnectorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.note = options.note
    this.stage = options.stage
    this.details = options.details
    this.retryAfterSecs = options.retryAfterSecs ?? (code === 'UPSTREAM_UNAVAILABLE' ? 1 : undefined)
    this.isUntouched = options.isUntouched ?? false
    this.isUnwell = options.isUnwell ?? UNWELL.has(code)
    this.isPassing = options.isPassing ?? this.isUnwell
  }
}

/** The far side could not be reached, or lets nobody in. `why` is for the trace: `connection refused`. */
export function unavailable(
  connector: string,
  why: string,
  options: ConnectorErrorOptions = {},
): ConnectorError {
  return new ConnectorError(
    'UPSTREAM_UNAVAILABLE',
    `The system behind connector '${connector}' is not available`,
    {
      note: why,
      ...options,
    },
  )
}
