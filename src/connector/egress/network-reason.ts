const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ConnectionRefused', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['ConnectionReset', 'the connection was reset'],
  ['ConnectionClosed', 'the connection was closed'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ETIMEDOUT', 'the host does not answer'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name cannot be resolved at the moment'],
])

const DISTRUST: ReadonlyMap<string, string> = new Map([
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate ends at one that is not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is signed by nobody who is trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is signed by nobody who is trusted'],
])

/** Why a connection failed, in words; codes that are not known are told as they are. */
export function networkReason(error: unknown): string {
  const code = codeOf(error)
  if (code !== undefined) return DISTRUST.get(code) ?? REASONS.get(code) ?? `the connection failed (${code})`
  return error instanceof Error ? error.message : 'the connection failed'
}

/** Whether it failed for a certificate, which is no better a moment later. */
export function isDistrust(error: unknown): boolean {
  return DISTRUST.has(codeOf(error) ?? '')
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
