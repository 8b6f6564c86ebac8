import { CallError } from '../../engine/call-error.ts'
import { EngineError } from '../../engine/engine-error.ts'
import type { Detail, OrionError } from '../../errors.ts'
import { timeout } from '../failure.ts'

/** The channel that was called. */
interface Target {
  readonly name: string
  readonly timeoutMs: number
}

/**
 * What the task of a call that was refused, or whose run failed, fails with: code, status and details of the called
 * channel, with its name. What a channel further down failed with goes up as it is.
 */
export function callFailure(target: Target, error: OrionError): CallError | EngineError {
  if (error instanceof CallError) return error
  const { cause } = error
  if (cause instanceof EngineError) {
    if (cause.ofCall !== undefined) return cause.ofCall
    if (cause.code === 'BUDGET_EXCEEDED') return cause
  }
  if (error.status === 500) {
    const why = cause instanceof EngineError ? cause.message : error.message
    return new CallError('ENGINE_ERROR', `channel_call to '${target.name}' failed: ${why}`)
  }
  const retryAfter = error.headers?.['retry-after']
  return new CallError(error.code, told(target, error), {
    cause,
    ...(error.details !== undefined && { details: error.details.map(withoutValue) }),
    ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
  })
}

function told({ name, timeoutMs }: Target, { message }: OrionError): string {
  if (message !== timeout({ name, timeoutMs }).text) return `channel_call to '${name}': ${message}`
  return `channel_call to '${name}' timed out after ${timeoutMs}ms, the timeout_ms of the channel`
}

/** What one channel sends another is not its callers' business; the status of a far side is. */
function withoutValue(detail: Detail): Detail {
  if (detail.code === 'SQLSTATE' || detail.code === 'UPSTREAM_STATUS') return detail
  const { got: _, ...told } = detail
  return told
}
