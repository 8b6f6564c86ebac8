import { ConnectorError } from '../failure.ts'
import { networkReason } from './network-reason.ts'

/**
 * What can happen to an exchange that has no answer. `stale`: a connection that was kept from before was closed before
 * anything came, so the far side may never have seen the request. `cut`: the connection ended early. `invalid`: what came
 * is not HTTP, or not what it says it is.
 */
type HttpFaultKind = 'aborted' | 'stale' | 'cut' | 'invalid' | 'too-large' | 'redirect'

export class HttpFault extends Error {
  override readonly name = 'HttpFault'
  readonly kind: HttpFaultKind

  /** `message` is for the trace. */
  constructor(kind: HttpFaultKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
  }
}

export function aborted(): HttpFault {
  return new HttpFault('aborted', 'it was not done in time')
}

export function tooLarge(maxBytes: number): HttpFault {
  return new HttpFault('too-large', `its answer is larger than ${maxBytes} bytes`)
}

/** What an exchange threw. `isReused`: its connection had served before. */
export function faultOf(error: unknown, isReused: boolean): HttpFault | ConnectorError {
  if (error instanceof HttpFault || error instanceof ConnectorError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return new HttpFault('invalid', `its answer is not HTTP (${code})`, error)
  return new HttpFault(isReused ? 'stale' : 'cut', networkReason(error), error)
}
