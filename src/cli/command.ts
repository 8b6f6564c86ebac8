import type { Config } from '../config/schema.ts'
import type { Environment } from '../config/substitute.ts'
import type { Clock } from '../std/clock.ts'
import type { Build } from '../telemetry/events.ts'
import type { WriteText } from '../telemetry/line-buffer.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { FolderEntry } from './disk.ts'

export const EXIT = { done: 0, failed: 1, usage: 2, differences: 3 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a command may use of the process that it runs in. */
export interface Terminal {
  /** Without the executable. */
  readonly argv: readonly string[]
  readonly env: Environment
  readonly build: Build
  readonly clock: Clock
  sleep(ms: number): Promise<void>
  stdout(text: string): void
  stderr(text: string): void
  /** Where the log of the server goes: a file descriptor, or a function. */
  readonly logTo: number | WriteText
  /** A byte order mark stays. Rejects with what the operating system says, or with NotUtf8. */
  readFile(path: string): Promise<string>
  /** False for a file and for what is not there. */
  isFolder(path: string): Promise<boolean>
  /**
   * Every file below a folder, sorted, but for hidden ones and those of `node_modules`. Rejects with what the operating
   * system says.
   */
  readFolder(path: string): Promise<readonly FolderEntry[]>
  /** The file whole or not at all, and the folders around it. Rejects with what the operating system says. */
  writeFile(path: string, text: string): Promise<void>
  /** Rejects with what the operating system says. */
  removeFile(path: string): Promise<void>
  /** Asks a server; rejects when there is no answer. */
  fetch(url: string, init: RequestInit): Promise<Response>
  /** The next SIGTERM or SIGINT, also one that came before. */
  nextSignal(): Promise<string>
  /** From here on, errors that nobody caught go to the listener and the process lives. */
  onStrayError(listener: (error: unknown) => void): void
  readonly openOrion: OpenOrion
  /** Runs this program again; it serves a database of SQLite to its parent then. */
  readonly sqliteCommand: readonly string[]
}

/** The server as commands see it. Disposing closes what is behind the port, which is stopped first. */
interface Orion extends AsyncDisposable {
  /** Answers a request of this process through the same door as the port; never rejects. */
  fetch(request: Request): Promise<Response>
  /** Opens the configured port; throws when it is taken. */
  listen(): Port
  /** Readiness goes, and every answer closes its connection, from here on. */
  beginDrain(): void
}

interface Port {
  readonly host: string
  readonly port: number
  /** Stops accepting; false when the deadline passed before the last answer was out. */
  stop(deadlineMs: number): Promise<boolean>
}

type OpenOrion = (
  config: Config,
  needs: Pick<Terminal, 'clock' | 'build' | 'env' | 'sqliteCommand'> & { telemetry: Telemetry },
) => Promise<Orion>

/** What was asked for on the command line. */
export interface Invocation {
  /** Of `-c`. */
  readonly configPath: string | undefined
  /** Flags without a value that were given, such as `--dry-run`. */
  readonly flags: ReadonlySet<string>
  /** Values of flags that take one, by the name of the flag. */
  readonly values: ReadonlyMap<string, string>
  /** What was given beside flags; empty for a command without `operands`. */
  readonly operands: readonly string[]
}

export interface Flag {
  readonly name: string
  /** One letter: `-w`. */
  readonly short?: string
  readonly summary: string
  /** What stands for the value in the help, such as `FILE`; without it the flag takes none. */
  readonly value?: string
  /** Every value that it may have. */
  readonly choices?: readonly string[]
  /** The command makes no sense without it. */
  readonly required?: boolean
  /** Another flag that it makes no sense without. */
  readonly needs?: string
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** A paragraph or two, for `help COMMAND`. */
  readonly details: string
  readonly example: string
  readonly flags: readonly Flag[]
  /**
   * What may stand beside the flags, as the help shows it: `DIR`, `DIR [NAME]`, `FILE...`; one at least is needed, unless
   * all of it is in brackets.
   */
  readonly operands?: string
  run(terminal: Terminal, invocation: Invocation): Promise<ExitCode>
}
