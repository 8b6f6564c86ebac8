import { OrionError } from '../errors.ts'
import { mediaKind } from '../std/media-type.ts'

const EMPTY = new Uint8Array()

/** The length that the request declares, if any; refuses one above the limit before anything of the body is read. */
export function declaredLength(request: Request, maxBytes: number): number | undefined {
  const declared = request.headers.get('content-length')
  if (declared === null) return undefined
  const length = Number(declared)
  if (length > maxBytes) throw tooLarge(maxBytes)
  return length
}

/** The whole body, empty when there is none; 413 as soon as it grows beyond the limit. `parseJson` decodes it. */
export async function readBody(
  request: Request,
  declared: number | undefined,
  maxBytes: number,
): Promise<Uint8Array> {
  // Asking for `body` makes a stream, through which everything is slow: only when no length is declared.
  if (declared === undefined) return request.body === null ? EMPTY : readStream(request.body, maxBytes)
  if (declared === 0) return EMPTY
  let bytes: Uint8Array
  try {
    bytes = await request.bytes()
  } catch (cause) {
    throw cutShort(cause)
  }
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes)
  return bytes
}

/** True for `application/json` and `application/<anything>+json`, with or without parameters. */
export function isJsonContentType(contentType: string | null): boolean {
  return contentType === 'application/json' || mediaKind(contentType) === 'json'
}

async function readStream(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    // Leaving the loop cancels the stream, so that the rest is not received.
    for await (const chunk of stream) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw cutShort(cause)
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes)
  return Buffer.concat(chunks, bytes)
}

/** A body that cannot be received whole is the doing of the client, who is gone most of the time. */
function cutShort(cause: unknown): OrionError {
  return new OrionError('BAD_REQUEST', 'The request body ended before it was whole', { cause })
}

function tooLarge(maxBytes: number): OrionError {
  return new OrionError('PAYLOAD_TOO_LARGE', `The request body is larger than ${maxBytes} bytes`)
}
