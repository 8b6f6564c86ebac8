import { isatty } from 'node:tty'
import { type Clock, timestamp } from '../std/clock.ts'
import { fileWriter } from './file-writer.ts'
import { openLineBuffer, type WriteText } from './line-buffer.ts'
import { jsonFormat, prettyFormat } from './line-format.ts'
import type { Log, LogLevel } from './log.ts'

interface LogOptions {
  level: LogLevel
  format: 'json' | 'pretty'
  /** Where lines go: a file descriptor, or a function. */
  to: number | WriteText
  clock: Pick<Clock, 'now'>
}

/** Characters that may wait for a slow reader of the log. */
const MAX_WAITING_CHARS = 8_000_000

const SEVERITY = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 } as const satisfies Record<
  LogLevel,
  number
>

export function openLog({ level, format, to, clock }: LogOptions): Log {
  const least = SEVERITY[level]
  const lines = format === 'json' ? jsonFormat : prettyFormat(typeof to === 'number' && isatty(to))
  const buffer = openLineBuffer({
    write: typeof to === 'number' ? fileWriter(to) : to,
    maxChars: MAX_WAITING_CHARS,
    lost: count =>
      lines.line(timestamp(clock.now()), 'warn', 'orion::log', 'Log lines were lost', { lines: count }),
  })
  const access = SEVERITY.info >= least
  return {
    enabled: asked => SEVERITY[asked] >= least,
    write(asked, target, message, fields) {
      if (SEVERITY[asked] < least) return
      buffer.add(lines.line(timestamp(clock.now()), asked, target, message, fields))
    },
    access(line) {
      if (access) buffer.addLazily(lines.access(timestamp(clock.now()), line))
    },
    flush: () => buffer.flush(),
  }
}
