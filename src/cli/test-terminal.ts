import type { Clock } from '../std/clock.ts'
import { runCli } from './cli.ts'
import type { Terminal } from './command.ts'
import { SignalQueue } from './signal-queue.ts'

interface Given extends Partial<Pick<Terminal, 'env' | 'openOrion' | 'logTo' | 'fetch'>> {
  files?: Readonly<Record<string, string>>
}

interface Seen {
  /** Files that were written, by path. */
  readonly written: Record<string, string>
  out: string
  err: string
  log: string
  stray?: (error: unknown) => void
}

const clock: Clock = { now: () => Date.UTC(2026, 10, 21), monotonic: () => 0 }

/** A command line in this process; what it writes can be read while it runs. */
export function start(
  argv: readonly string[],
  { env = {}, files = {}, openOrion, logTo, fetch }: Given = {},
) {
  const signals = new SignalQueue()
  const seen: Seen = { written: {}, out: '', err: '', log: '' }
  const exit = runCli({
    argv,
    env,
    clock,
    sleep: () => Promise.resolve(),
    build: { version: '1.2.3', gitHash: 'abcdef0', builtAt: '2026-11-20T10:00:00.000Z' },
    stdout: text => {
      seen.out += text
    },
    stderr: text => {
      seen.err += text
    },
    logTo:
      logTo ??
      (text => {
        seen.log += text
      }),
    ...memoryDisk(files, seen.written),
    nextSignal: () => signals.next(),
    onStrayError: listener => {
      seen.stray = listener
    },
    fetch: fetch ?? (() => Promise.reject(new Error('this command asks no server'))),
    sqliteCommand: [],
    openOrion: openOrion ?? (() => Promise.reject(new Error('this command opens no server'))),
  })
  return { seen, exit, signals }
}

function memoryDisk(files: Readonly<Record<string, string>>, written: Record<string, string>) {
  const below = (folder: string) =>
    Object.entries({ ...files, ...written })
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map(([path, text]) => [path.slice(folder.length + 1), text] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  const absent = (path: string) => Promise.reject(new Error(`ENOENT: no such file: ${path}`))
  return {
    readFile: (path: string) => {
      const text = written[path] ?? files[path]
      return text === undefined ? absent(path) : Promise.resolve(text)
    },
    isFolder: (path: string) => Promise.resolve(below(path).length > 0),
    readFolder: (path: string) => {
      const all = below(path)
      if (all.length === 0) return absent(path)
      const found = all.filter(([name]) => !/(?:^|\/)\./.test(name))
      return Promise.resolve(
        found.map(([name, text]) => ({ path: name, bytes: Buffer.byteLength(text), leadsOutside: false })),
      )
    },
    writeFile: (path: string, text: string) => {
      written[path] = text
      return Promise.resolve()
    },
    removeFile: absent,
  }
}

/** The same, to its end. */
export async function run(argv: readonly string[], given: Given = {}) {
  const { seen, exit } = start(argv, given)
  return { code: await exit, ...seen }
}
