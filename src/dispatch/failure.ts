import type { ConnectorError } from '../connector/failure.ts'
import type { RunOutcome } from '../engine/run-api.ts'
import { OrionError } from '../errors.ts'

/** Why a run has no answer. */
export interface Failure {
  /** For the caller. */
  readonly error: OrionError
  /** For the trace, which its author reads: the text that the caller may not see. */
  readonly text: string
}

/** The channel that a run belongs to. */
interface Ran {
  readonly name: string
  readonly timeoutMs: number
}

/** What a run that did not end well means to its caller (contract 1.3). */
export function failureOf(outcome: RunOutcome, channel: Ran): Failure | undefined {
  switch (outcome.status) {
    case 'ok':
      return undefined
    case 'timeout':
      return timeout(channel)
    case 'failed': {
      const { error } = outcome
      if (error.kind === 'Timeout')
        return { error: new OrionError('TIMEOUT', error.message), text: error.message }
      if (error.kind === 'Validation') {
        return { error: new OrionError('VALIDATION_ERROR', error.message), text: error.message }
      }
      const text = error.note === undefined ? error.message : `${error.message}: ${error.note}`
      if (error.ofCall?.isTold === true) return { error: error.ofCall, text }
      if (error.ofConnector !== undefined) return { error: told(error.ofConnector), text }
      return {
        error: new OrionError('ENGINE_ERROR', 'An internal engine error occurred', { cause: error }),
        text,
      }
    }
    default:
      return outcome satisfies never
  }
}

/** What a far side did is told apart to the caller as to the workflow. */
function told({ code, message, details, retryAfterSecs, cause }: ConnectorError): OrionError {
  return new OrionError(code, message, {
    cause,
    ...(details !== undefined && { details }),
    ...(retryAfterSecs !== undefined && { headers: { 'retry-after': String(retryAfterSecs) } }),
  })
}

export function timeout({ name, timeoutMs }: Ran): Failure {
  const text = `Workflow execution on channel '${name}' exceeded ${timeoutMs}ms timeout`
  return { error: new OrionError('TIMEOUT', text), text }
}

/** `bytes` is undefined when the answer was not even written. */
export function resultTooLarge(limit: number, bytes?: number): Failure {
  const size = bytes === undefined ? 'Result size' : `Result size ${bytes} bytes`
  const text = `${size} exceeds limit of ${limit} bytes`
  return { error: new OrionError('RESPONSE_TOO_LARGE', text), text }
}

/** A throw that nobody expected: a defect of Orion, or a result that cannot be written as JSON. */
export function defect(cause: unknown): Failure {
  const text = 'An internal error occurred'
  return { error: new OrionError('INTERNAL_ERROR', text, { cause }), text }
}
