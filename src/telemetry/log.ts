export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One answered request; the route is its pattern, never the raw path. */
export interface AccessLine {
  readonly requestId: string
  readonly method: string
  readonly route: string
  readonly status: number
  /** Characters of the answer's body, when known. */
  readonly responseLength: number | undefined
  readonly durationMs: number
}

/** Structured lines, buffered; never a payload, never a secret. */
export interface Log {
  enabled(level: LogLevel): boolean
  write(level: LogLevel, target: string, message: string, fields?: LogFields): void
  /** The line of every request, at level info: a path of its own, because it is on the hot one. */
  access(line: AccessLine): void
  /** Resolves when everything written so far has left the process. */
  flush(): Promise<void>
}
