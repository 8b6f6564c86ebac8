import { isObject, type JsonObject, own } from '../../std/json.ts'
import { parseJson } from '../../std/parse-json.ts'

/** A compact JWS (RFC 7515, 7.1) whose signature has not been checked. */
export interface Token {
  readonly algorithm: string
  readonly kid: string | undefined
  /** What is signed. */
  readonly input: Uint8Array
  readonly signature: Uint8Array
  /** The payload as a JSON object; undefined when it is none. To be asked once the signature holds. */
  claims(): JsonObject | undefined
}

const MAX_TOKEN_CHARACTERS = 8192
const SHAPE = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/** Undefined for what has another form, is too long or asks for an extension (`crit`): we know none. */
export function readToken(text: string): Token | undefined {
  if (text.length > MAX_TOKEN_CHARACTERS) return undefined
  const [, head, payload, tail] = SHAPE.exec(text) ?? []
  if (head === undefined || payload === undefined || tail === undefined) return undefined
  const header = jsonObject(head)
  if (header === undefined || Object.hasOwn(header, 'crit')) return undefined
  const algorithm = own(header, 'alg')
  const kid = own(header, 'kid')
  if (typeof algorithm !== 'string' || (kid !== undefined && typeof kid !== 'string')) return undefined
  const signature = Buffer.from(tail, 'base64url')
  // One signature has one spelling: unused bits are zero.
  if (signature.toString('base64url') !== tail) return undefined
  const input = Buffer.from(`${head}.${payload}`, 'latin1')
  return { algorithm, kid, input, signature, claims: () => jsonObject(payload) }
}

/** As bodies are read: UTF-8, integers beyond 2^53 exactly, bounded in depth. */
function jsonObject(part: string): JsonObject | undefined {
  try {
    const value = parseJson(Buffer.from(part, 'base64url'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
