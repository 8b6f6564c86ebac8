import { OrionError } from '../errors.ts'

/** What is decoded; ASCII is UTF-8. */
const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  'utf-8': utf8,
  utf8,
  'us-ascii': utf8,
  ascii: utf8,
  'iso-8859-1': latin1,
  latin1,
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** A body that is text, without its byte order mark. Throws UNSUPPORTED_MEDIA_TYPE for a charset that is not read, BAD_REQUEST for other bytes. */
export function readText(bytes: Uint8Array, charset = 'utf-8'): string {
  const decode = Object.hasOwn(DECODERS, charset) ? DECODERS[charset] : undefined
  if (decode === undefined) {
    const shown = charset.slice(0, 64)
    throw new OrionError(
      'UNSUPPORTED_MEDIA_TYPE',
      `A body in the charset "${shown}" cannot be read; send it in UTF-8`,
    )
  }
  return decode(bytes)
}

const XML_DECLARATION = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*(?:"([\w.:-]+)"|'([\w.:-]+)')/
const DECLARATION_BYTES = 256

/** The encoding that an XML document declares itself (RFC 7303: a `charset` parameter comes before it), in lower case. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const found = XML_DECLARATION.exec(latin1(bytes.subarray(0, DECLARATION_BYTES)))
  return (found?.[1] ?? found?.[2])?.toLowerCase()
}

function utf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new OrionError('BAD_REQUEST', 'Invalid body: it is not valid UTF-8', { cause })
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
