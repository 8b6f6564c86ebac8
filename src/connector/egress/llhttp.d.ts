/** The parser that node:http stands on (llhttp); what of it is used here. */
declare module 'node:_http_common' {
  /** Headers in a row: name, value, name, value. */
  type HeaderRow = readonly string[]

  export class HTTPParser {
    static readonly RESPONSE: number
    /** 1: headers in portions, when they are many, and trailers. */
    static readonly kOnHeaders: 1
    static readonly kOnHeadersComplete: 2
    static readonly kOnBody: 3
    static readonly kOnMessageComplete: 4
    1: (headers: HeaderRow) => void
    /** 1 says that no body follows, 0 that the message tells by itself. */
    2: (
      major: number,
      minor: number,
      headers: HeaderRow | null | undefined,
      method: unknown,
      url: unknown,
      status: number,
      reason: string,
      isUpgrade: boolean,
      isKeptAlive: boolean,
    ) => number
    3: (body: Uint8Array) => void
    4: () => void
    initialize(kind: number, resource: object, maxHeaderBytes: number): void
    /** Bytes that were read, or the error. */
    execute(bytes: Uint8Array): number | Error
    finish(): Error | undefined
    close(): void
  }
}
