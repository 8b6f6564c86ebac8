import { fstatSync, write, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { WriteText } from './line-buffer.ts'

const FULL_PIPE_DELAY_MS = 5

/**
 * Writes to a file descriptor. A regular file takes a text in the page cache, so it is written at once (measured: 6 µs for
 * 20 lines, against 35 µs through the thread pool). A pipe or terminal may block for as long as its reader likes, so it is
 * written off the event loop. When the reader is gone, texts go nowhere.
 */
export function fileWriter(fd: number): WriteText {
  if (fstatSync(fd).isFile()) return text => writeWhole(fd, text)
  let closed = false
  return async text => {
    const bytes = Buffer.from(text)
    let offset = 0
    while (offset < bytes.length && !closed) {
      const outcome = await writeSome(fd, bytes, offset)
      if (typeof outcome === 'number') offset += outcome
      else if (outcome.code === 'EAGAIN') await delay(FULL_PIPE_DELAY_MS)
      else closed = true
    }
  }
}

function writeWhole(fd: number, text: string): void {
  let written = writeSync(fd, text)
  if (written === Buffer.byteLength(text)) return
  const bytes = Buffer.from(text)
  while (written < bytes.length) written += writeSync(fd, bytes, written)
}

function writeSome(fd: number, bytes: Uint8Array, offset: number): Promise<number | NodeJS.ErrnoException> {
  const { promise, resolve } = Promise.withResolvers<number | NodeJS.ErrnoException>()
  write(fd, bytes, offset, bytes.length - offset, (error, written) => resolve(error ?? written))
  return promise
}
