import { runCli } from '../../src/cli/cli.ts'
import type { Terminal } from '../../src/cli/command.ts'
import { isFolder, readFile, readFolder, removeFile, writeFile } from '../../src/cli/disk.ts'
import { openOrion } from '../../src/orion.ts'
import { systemClock } from '../../src/std/clock.ts'
import type { App } from './app.ts'

/** What a command did. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Given {
  /** What `--server` leads to, whatever its URL; a function stands for a server of another kind. */
  readonly server?: App | Terminal['fetch']
  readonly env?: Readonly<Record<string, string>>
}

const BUILD = { version: '0.0.0-test', gitHash: 'test', builtAt: '0' }

/** Runs a command line in this process, on the real disk. */
export async function commandLine(argv: readonly string[], { server, env = {} }: Given = {}): Promise<Ran> {
  const said = { out: '', err: '' }
  const code = await runCli({
    argv,
    env,
    clock: systemClock,
    sleep: ms => Bun.sleep(ms),
    build: BUILD,
    stdout: text => {
      said.out += text
    },
    stderr: text => {
      said.err += text
    },
    logTo: () => undefined,
    readFile,
    isFolder,
    readFolder,
    writeFile,
    removeFile,
    fetch: fetchOf(server),
    nextSignal: () => Promise.withResolvers<string>().promise,
    onStrayError: () => undefined,
    openOrion,
    sqliteCommand: [],
  })
  return { code, ...said }
}

function fetchOf(server: Given['server']): Terminal['fetch'] {
  if (server === undefined) return (url, init) => fetch(url, init)
  if (typeof server === 'function') return server
  return (url, init) => server.orion.fetch(new Request(url, init))
}

/** Every file below a folder with its text, by path. */
export async function textsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readFolder(folder)
  const texts = await Promise.all(entries.map(({ path }) => readFile(`${folder}/${path}`)))
  return Object.fromEntries(entries.map(({ path }, at) => [path, texts[at] ?? '']))
}
