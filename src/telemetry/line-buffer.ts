/** Takes a text; answers when it has left the process, at once when it is synchronous. */
export type WriteText = (text: string) => void | Promise<void>

export interface LineBuffer {
  /** Leaves at the end of this turn of the event loop. */
  add(line: string): void
  /** For lines that come by the thousand: leaves with the next other line, at 32,000 characters, or soon. */
  addLazily(line: string): void
  flush(): Promise<void>
}

interface LineBufferOptions {
  write: WriteText
  /** Characters that may wait for a slow reader; lines beyond are lost. */
  maxChars: number
  /** The line that tells how many were lost, once there is room again. */
  lost(lines: number): string
}

/** A write costs as much as ten lines, and a turn of a busy event loop may bring one line only. */
const LAZY_MS = 20
const LAZY_CHARS = 32_000

/** Collects lines and writes them in one go. A write that fails loses its lines, never the process. */
export function openLineBuffer({ write, maxChars, lost }: LineBufferOptions): LineBuffer {
  let waiting = ''
  let lostLines = 0
  let scheduled = false
  let timer: Timer | undefined
  let writing: Promise<void> | undefined

  function send(): void {
    scheduled = false
    clearTimeout(timer)
    timer = undefined
    if (writing !== undefined || (waiting === '' && lostLines === 0)) return
    const text = lostLines > 0 ? waiting + lost(lostLines) : waiting
    waiting = ''
    lostLines = 0
    try {
      writing = write(text)
        ?.catch(() => undefined)
        .then(sent)
    } catch {
      writing = undefined
    }
  }

  function sent(): void {
    writing = undefined
    send()
  }

  function keep(line: string): void {
    if (waiting.length + line.length > maxChars) lostLines++
    else waiting += line
  }

  return {
    add(line) {
      keep(line)
      if (scheduled || writing !== undefined) return
      scheduled = true
      setImmediate(send)
    },
    addLazily(line) {
      keep(line)
      if (scheduled || writing !== undefined) return
      if (waiting.length >= LAZY_CHARS) send()
      else timer ??= setTimeout(send, LAZY_MS)
    },
    async flush() {
      send()
      while (writing !== undefined) await writing
    },
  }
}
