import type { Json } from '../../../std/json.ts'
import { charsetOf, mediaKind } from '../../../std/media-type.ts'
import { isLarge, parseJson, parseJsonInTurns } from '../../../std/parse-json.ts'
import type { ReadAs } from './client.ts'

/**
 * A body as a value: nothing is null; by its content type JSON is JSON, text is text, anything else base64; without a
 * content type what it looks like. Throws OrionError for what is not the JSON that it is said to be.
 */
export function readBody(
  body: Uint8Array,
  contentType: string | undefined,
  readAs: ReadAs,
): Json | Promise<Json> {
  if (readAs === 'base64') return Buffer.from(body).toString('base64')
  if (readAs === 'text') return textOf(body, contentType)
  if (body.byteLength === 0) return null
  if (readAs === 'json') return jsonOf(body)
  if (contentType === undefined) return guessed(body)
  const kind = mediaKind(contentType)
  if (kind === 'json') return jsonOf(body)
  return kind === 'other' && !isScript(contentType)
    ? Buffer.from(body).toString('base64')
    : textOf(body, contentType)
}

function jsonOf(body: Uint8Array): Json | Promise<Json> {
  return isLarge(body) ? parseJsonInTurns(body) : parseJson(body)
}

async function guessed(body: Uint8Array): Promise<Json> {
  try {
    return await jsonOf(body)
  } catch {
    return isUtf8(body) ? textOf(body, undefined) : Buffer.from(body).toString('base64')
  }
}

/** Bytes that are no text of their charset become U+FFFD; a charset that is not known is UTF-8. */
function textOf(body: Uint8Array, contentType: string | undefined): string {
  const charset = contentType === undefined ? undefined : charsetOf(contentType)
  return new TextDecoder(CHARSETS.get(charset ?? '') ?? 'utf-8').decode(body)
}

const CHARSETS: ReadonlyMap<string, Bun.Encoding> = new Map([
  ['iso-8859-1', 'windows-1252'],
  ['latin1', 'windows-1252'],
  ['us-ascii', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
  ['iso-8859-15', 'iso-8859-15'],
  ['windows-1250', 'windows-1250'],
  ['windows-1251', 'windows-1251'],
  ['koi8-r', 'koi8-r'],
  ['utf-16', 'utf-16le'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
  ['shift_jis', 'shift_jis'],
  ['euc-jp', 'euc-jp'],
  ['gbk', 'gbk'],
  ['gb18030', 'gb18030'],
  ['big5', 'big5'],
  ['euc-kr', 'euc-kr'],
])

const strict = new TextDecoder('utf-8', { fatal: true })

function isUtf8(body: Uint8Array): boolean {
  try {
    strict.decode(body)
    return true
  } catch {
    return false
  }
}

function isScript(contentType: string): boolean {
  return /^\s*application\/(?:javascript|graphql|sql|yaml|x-yaml|toml|x-ndjson|jsonl|csv)\s*(?:;|$)/i.test(
    contentType,
  )
}
