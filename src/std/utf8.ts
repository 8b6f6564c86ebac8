import { positionAt } from './text-position.ts'

/** Bytes that are no UTF-8. */
export class NotUtf8 extends Error {
  /** What can be read of them, U+FFFD for the rest. */
  readonly text: string
  /** Where in the text the first wrong bytes are; both count from 1. */
  readonly place: { readonly line: number; readonly column: number }

  constructor(bytes: Uint8Array) {
    const before = reader(true).decode(bytes.subarray(0, readableBytes(bytes)), { stream: true })
    super('it is not UTF-8')
    this.text = reader(false).decode(bytes)
    this.place = positionAt(this.text, before.length)
  }
}

/** The text of a file; a byte order mark stays. Throws NotUtf8. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return reader(true).decode(bytes)
  } catch {
    throw new NotUtf8(bytes)
  }
}

function reader(fatal: boolean): TextDecoder {
  return new TextDecoder('utf-8', { fatal, ignoreBOM: true })
}

/** Length of the longest readable beginning. */
function readableBytes(bytes: Uint8Array): number {
  let readable = 0
  let unreadable = bytes.length
  while (unreadable - readable > 1) {
    const middle = (readable + unreadable) >> 1
    if (isReadable(bytes.subarray(0, middle))) readable = middle
    else unreadable = middle
  }
  return readable
}

/** Whether it can be the beginning of a text. */
function isReadable(bytes: Uint8Array): boolean {
  try {
    reader(true).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
