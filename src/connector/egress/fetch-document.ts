import type { Clock } from '../../std/clock.ts'
import type { Egress } from './egress.ts'
import { HttpLine } from './http-line.ts'
import { originOf } from './http-message.ts'
import { TimeLimit } from './time-limit.ts'

const MAX_BYTES = 262_144
const TIMEOUT_MS = 5000

/** The body of a small document that Orion itself needs. Rejects unless it is answered with 200 in time. */
export async function fetchDocument(
  egress: Egress,
  clock: Clock,
  text: string,
  allowPrivate: boolean,
): Promise<Uint8Array> {
  const line = new HttpLine(egress.dialler('a document', 'http', { allow_private_urls: allowPrivate }), clock)
  using limit = new TimeLimit(TIMEOUT_MS)
  try {
    const url = new URL(text)
    const path = `${url.pathname}${url.search}`
    const headers = { accept: 'application/json' }
    const request = { method: 'GET', origin: originOf(url), path, headers, body: undefined }
    const { status, body } = await line.send(request, limit, MAX_BYTES)
    if (status !== 200) throw new Error(`it was answered ${status}`)
    return body
  } finally {
    line.close()
  }
}
