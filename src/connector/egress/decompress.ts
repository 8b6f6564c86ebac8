import { promisify } from 'node:util'
import { brotliDecompress, gunzip, type InputType, inflate, inflateRaw, type ZlibOptions } from 'node:zlib'
import { HttpFault, tooLarge } from './http-fault.ts'
import type { HttpAnswer } from './http-message.ts'

type Decompress = (bytes: InputType, options: ZlibOptions) => Promise<Uint8Array>

const unzip: Decompress = promisify(gunzip)
const unwrap: Decompress = promisify(inflate)
const unwrapRaw: Decompress = promisify(inflateRaw)
const unbrotli: Decompress = promisify(brotliDecompress)

/** What requests accept. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br'

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', unzip],
  ['x-gzip', unzip],
  // With the wrapper of zlib as RFC 9110 has it, or bare as some send it.
  ['deflate', (bytes, options) => unwrap(bytes, options).catch(() => unwrapRaw(bytes, options))],
  ['br', unbrotli],
])

/** Whether a body has to be {@link decompressed}. */
export function isCompressed({ headers, body }: HttpAnswer): boolean {
  return (
    headers['content-encoding'] !== undefined && body.byteLength > 0 && encodingOf(headers) !== 'identity'
  )
}

/** An answer without its content encoding; its body never has more than `maxBytes`. Rejects with HttpFault. */
export async function decompressed(answer: HttpAnswer, maxBytes: number): Promise<HttpAnswer> {
  const name = encodingOf(answer.headers)
  const decompress = DECOMPRESS.get(name)
  if (decompress === undefined)
    throw new HttpFault('invalid', `its content encoding is "${name.slice(0, 40)}"`)
  try {
    return { ...answer, body: await decompress(answer.body, { maxOutputLength: maxBytes }) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new HttpFault('invalid', `its body is not ${name} as it says (${String(code)})`, error)
  }
}

function encodingOf(headers: HttpAnswer['headers']): string {
  return String(headers['content-encoding']).trim().toLowerCase()
}
