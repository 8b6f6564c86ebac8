export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Structured lines, buffered; never a payload, never a secret. */
export interface Log {
  enabled(level: LogLevel): boolean
  write(level: LogLevel, target: string, message: string, fields?: LogFields): void
  /** Resolves when everything written so far has left the process. */
  flush(): Promise<void>
}
