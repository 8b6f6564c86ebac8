/** Where requests go. */
export interface Origin {
  /** `https://api.example.com:8443`. */
  readonly text: string
  readonly isTls: boolean
  /** As the `host` header has it: with the port unless it is the usual one. */
  readonly host: string
  readonly hostname: string
  readonly port: number
}

/** A request as it goes out. */
export interface HttpRequest {
  readonly method: string
  readonly origin: Origin
  /** With its query; visible ASCII. */
  readonly path: string
  /** Names in lower case; values without line breaks. */
  readonly headers: HttpHeaders
  readonly body: string | Uint8Array | undefined
}

export type HttpHeaders = Readonly<Record<string, string>>

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; what came several times is one text, cookies are a list. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
}

export function originOf({ origin, protocol, host, hostname, port }: URL): Origin {
  const isTls = protocol === 'https:'
  const usual = isTls ? 443 : 80
  return { text: origin, isTls, host, hostname, port: port === '' ? usual : Number(port) }
}

/** A method that may have a body says that it has none. */
const MAY_HAVE_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])
const BREAK = /[\r\n\0]/
const NO_PATH = /[^\x21-\x7e]/

/** Request line and headers (RFC 9112, 2). Throws for what would be another message than it seems. */
export function messageHead({ method, origin, path, headers, body }: HttpRequest): string {
  if (NO_PATH.test(path)) throw new Error('a path that is not encoded')
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${origin.host}\r\n`
  for (const name in headers) {
    const value = headers[name] ?? ''
    if (BREAK.test(value) || BREAK.test(name)) throw new Error('a header with a line break')
    head += `${name}: ${value}\r\n`
  }
  if (body !== undefined) head += `content-length: ${Buffer.byteLength(body)}\r\n`
  else if (MAY_HAVE_BODY.has(method)) head += 'content-length: 0\r\n'
  return `${head}\r\n`
}

/** A row of names and values as an answer has it. */
export function answerHeaders(row: readonly string[]): HttpAnswer['headers'] {
  const headers: Record<string, string | string[]> = {}
  for (let at = 0; at + 1 < row.length; at += 2) {
    const name = (row[at] ?? '').toLowerCase()
    const value = row[at + 1] ?? ''
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    if (name === '__proto__') continue
    if (name === 'set-cookie') headers[name] = Array.isArray(before) ? [...before, value] : [value]
    else headers[name] = before === undefined ? value : `${String(before)}, ${value}`
  }
  return headers
}
