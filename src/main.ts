import { writeSync } from 'node:fs'
import { version } from '../package.json'
import { runCli } from './cli/cli.ts'
import { isFolder, readFile, readFolder, removeFile, writeFile } from './cli/disk.ts'
import { failureText } from './cli/failure.ts'
import { SignalQueue } from './cli/signal-queue.ts'
import { serveSqlite } from './connector/kinds/db/sqlite/child.ts'
import { SQLITE_CHILD } from './connector/kinds/db/sqlite/protocol.ts'
import { openOrion } from './orion.ts'
import { systemClock } from './std/clock.ts'

const STDOUT = 1
const STDERR = 2

const signals = new SignalQueue()
process.on('SIGTERM', signal => signals.push(signal))
process.on('SIGINT', signal => signals.push(signal))

/** Until a server runs, an error that nobody caught ends the process; then the server logs it and lives. */
let onStrayError = (error: unknown): void => {
  print(STDERR, failureText(error))
  process.exit(1)
}
process.on('uncaughtException', error => onStrayError(error))
process.on('unhandledRejection', error => onStrayError(error))

/** In the executable, this file is a part of it. */
const self = import.meta.path.startsWith('/$bunfs/')
  ? [process.execPath]
  : [process.execPath, import.meta.path]

// Without a top-level await: while one is pending, errors that nobody caught would only be printed.
void run(process.argv.slice(2)).then(code => process.exit(code))

function run(argv: readonly string[]): Promise<number> {
  return argv[0] === SQLITE_CHILD
    ? serveSqlite(Bun.stdin.stream(), text => Bun.write(Bun.stdout, text)).then(() => 0)
    : command(argv)
}

function command(argv: readonly string[]): Promise<number> {
  return runCli({
    argv,
    env: process.env,
    build: {
      version,
      gitHash: process.env.ORION_GIT_HASH ?? 'unknown',
      builtAt: builtAt(process.env.ORION_BUILD_TIMESTAMP),
    },
    clock: systemClock,
    sleep: ms => Bun.sleep(ms),
    stdout: text => print(STDOUT, text),
    stderr: text => print(STDERR, text),
    logTo: STDOUT,
    readFile,
    isFolder,
    readFolder,
    writeFile,
    removeFile,
    fetch: (url, init) => fetch(url, init),
    nextSignal: () => signals.next(),
    onStrayError: listener => {
      onStrayError = listener
    },
    openOrion,
    sqliteCommand: self,
  })
}

/** Waits until the text is out, because an exit follows; a reader that is gone misses it. */
function print(fd: number, text: string): void {
  try {
    writeSync(fd, text)
  } catch {
    // Nobody reads this stream, and there is no other to tell it on.
  }
}

/** Builds stamp seconds since the epoch; shown as RFC 3339. */
function builtAt(stamp = 'unknown'): string {
  const at = new Date(Number(stamp) * 1000)
  return Number.isNaN(at.getTime()) ? stamp : at.toISOString()
}
