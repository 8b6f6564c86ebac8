import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { type JsonObject, own } from '../../../std/json.ts'
import { plainHost } from '../../egress/egress-policy.ts'
import type { ServerAddress } from './connection-string.ts'

/** How TLS is spoken with a database. */
export interface TlsWish {
  readonly host: string
  /** Whether the certificate has to be good for the host. */
  readonly isVerified: boolean
  /** Certificates in PEM that are trusted instead of the usual ones. */
  readonly ca: string | undefined
}

/** Undefined: not at all. */
export function tlsWish({ host, tls }: ServerAddress, config: JsonObject): TlsWish | undefined {
  if (tls === undefined) return undefined
  const ca = own(config, 'ca_certificate')
  return { host: plainHost(host), isVerified: tls.isVerified, ca: typeof ca === 'string' ? ca : undefined }
}

export function tlsOptions({ host, isVerified, ca }: TlsWish): ConnectionOptions {
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    rejectUnauthorized: isVerified,
  }
}
