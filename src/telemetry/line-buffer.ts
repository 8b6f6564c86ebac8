/** Takes a text; answers when it has left the process, at once when it is synchronous. */
export type WriteText = (text: string) => void | Promise<void>

export interface LineBuffer {
  add(line: string): void
  flush(): Promise<void>
}

interface LineBufferOptions {
  write: WriteText
  /** Characters that may wait for a slow reader; lines beyond are lost. */
  maxChars: number
  /** The line that tells how many were lost, once there is room again. */
  lost(lines: number): string
}

/** Collects the lines of one turn of the event loop and writes them in one go. A write that fails loses its lines, never the process. */
export function openLineBuffer({ write, maxChars, lost }: LineBufferOptions): LineBuffer {
  let waiting = ''
  let lostLines = 0
  let scheduled = false
  let writing: Promise<void> | undefined

  function send(): void {
    scheduled = false
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

  return {
    add(line) {
      if (waiting.length + line.length > maxChars) {
        lostLines++
        return
      }
      waiting += line
      if (!scheduled && writing === undefined) {
        scheduled = true
        setImmediate(send)
      }
    },
    async flush() {
      send()
      while (writing !== undefined) await writing
    },
  }
}
