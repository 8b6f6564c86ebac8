import { OrionError } from '../errors.ts'

const EMPTY = new Uint8Array()

/** Refuses a request whose declared length is above the limit, before anything of its body is read. */
export function refuseDeclaredLength(request: Request, maxBytes: number): void {
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes)
}

/** The whole body, empty when there is none; 413 as soon as it grows beyond the limit. `parseJson` decodes it. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.body === null) return EMPTY
  const declared = request.headers.get('content-length')
  if (declared === null) return readStream(request.body, maxBytes)
  if (Number(declared) > maxBytes) throw tooLarge(maxBytes)
  return request.bytes()
}

/** True for `application/json` and `application/<anything>+json`, with or without parameters. */
export function isJsonContentType(contentType: string | null): boolean {
  if (contentType === null) return false
  return contentType === 'application/json' || jsonContentType.test(contentType)
}

const jsonContentType = /^\s*application\/(?:json|[!#$&^\w.+-]+\+json)\s*(?:;|$)/i

async function readStream(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop by a throw cancels the stream, so that the rest is not received.
  for await (const chunk of stream) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

function tooLarge(maxBytes: number): OrionError {
  return new OrionError('PAYLOAD_TOO_LARGE', `The request body is larger than ${maxBytes} bytes`)
}
