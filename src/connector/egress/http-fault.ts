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

/** What ended an exchange; `kind` is that of a connection that just ended. */
export function faultOf(error: unknown, kind: 'stale' | 'cut'): HttpFault {
  if (error instanceof HttpFault) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_')) return new HttpFault('invalid', `its answer is not HTTP (${code})`, error)
  return new HttpFault(kind, networkReason(error), error)
}
