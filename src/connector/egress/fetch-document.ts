import type { Egress } from './egress.ts'
import { HttpLine } from './http-line.ts'

const MAX_BYTES = 262_144
const TIMEOUT_MS = 5000

/** The body of a small document that Orion itself needs. Rejects unless it is answered with 200 in time. */
export async function fetchDocument(egress: Egress, url: string, allowPrivate: boolean): Promise<Uint8Array> {
  const line = new HttpLine(egress.dialler('a document', 'http', { allow_private_urls: allowPrivate }))
  try {
    const request = {
      method: 'GET',
      url: new URL(url),
      headers: { accept: 'application/json' },
      body: undefined,
    }
    const limits = { maxBytes: MAX_BYTES, signal: AbortSignal.timeout(TIMEOUT_MS) }
    const { status, body } = await line.send(request, limits)
    if (status !== 200) throw new Error(`it was answered ${status}`)
    return body
  } finally {
    line.close()
  }
}
