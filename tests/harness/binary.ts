import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { BINARY, buildBinary } from '../../scripts/build.ts'
import { type Client, openClient } from './client.ts'
import { tempFolder } from './temp-folder.ts'
import { until } from './until.ts'

/** Longest wait for a command or a stop; both take a fraction of a second. */
const DEADLINE_MS = 20_000
const LOG_NAME = 'server.log'

export interface ServerOptions {
  /** Text of a TOML configuration; it is written to a file and given with `-c`. */
  readonly config?: string
  /** `ORION_*` variables. Nothing of this process's environment reaches the server but PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>
  /** Where it runs and where its database lies (`orion.db`); a fresh folder, removed with the server, when missing. */
  readonly folder?: string
  /** A port of the system's choice when missing. */
  readonly port?: number
  /** Another user, when this process may change to one. */
  readonly uid?: number
  readonly gid?: number
  /** The command instead of the compiled executable, as `['bun', 'src/main.ts']`. */
  readonly command?: readonly string[]
}

/** A server process on a port of its own. Disposing kills it and removes its folder. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly folder: string
  readonly client: Client
  /** From the spawn to the first 200 of `/readyz`. */
  readonly readyAfterMs: number
  /** Everything that it has printed so far, on both streams. */
  log(): Promise<string>
  /** Resolves with the exit code; 128 and the number of the signal when one ended it. */
  readonly exited: Promise<number>
  /** Sends SIGTERM (or another) and answers the exit code; throws when it does not end in time. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number>
  kill9(): Promise<void>
}

/** Starts the compiled executable (built when it is stale) and waits until `/readyz` answers 200. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  await using undo = new AsyncDisposableStack()
  const folder = options.folder ?? undo.use(await tempFolder()).path
  const port = options.port ?? freePort()
  const command = await commandLine(options, folder)
  const startedMs = performance.now()
  const child = spawnServer(command, folder, port, options)
  undo.defer(() => killAndWait(child))
  const log = () => Bun.file(join(folder, LOG_NAME)).text()
  const url = `http://127.0.0.1:${port}`
  await waitForReady(url, child, log)
  const readyAfterMs = performance.now() - startedMs
  const owned = undo.move()
  return {
    url,
    port,
    pid: child.pid,
    folder,
    client: openClient((path, init) => fetch(url + path, init)),
    readyAfterMs,
    log,
    exited: child.exited,
    stop: (signal = 'SIGTERM') => stop(child, signal, log),
    kill9: () => killAndWait(child),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions extends Pick<ServerOptions, 'env' | 'uid' | 'gid'> {
  readonly folder: string
  /** Another copy of the executable. */
  readonly program?: string
}

/** Runs one command of the executable to its end: `runCommand(['migrate', '--dry-run'], { folder })`. */
export async function runCommand(
  args: readonly string[],
  { folder, env, uid, gid, program = BINARY }: CommandOptions,
): Promise<CommandResult> {
  if (program === BINARY) await buildBinary()
  const child = Bun.spawn([program, ...args], {
    cwd: folder,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    env: { ...inheritedEnvironment(), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, stdout, stderr }
}

/** A port that nothing listens on at this moment. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = listener
  listener.stop(true)
  return port
}

async function commandLine(options: ServerOptions, folder: string): Promise<string[]> {
  const command = options.command ?? [BINARY]
  if (options.command === undefined) await buildBinary()
  if (options.config === undefined) return [...command]
  const file = join(folder, 'config.toml')
  await Bun.write(file, options.config)
  return [...command, '-c', file]
}

function spawnServer(
  command: string[],
  folder: string,
  port: number,
  { env, uid, gid }: ServerOptions,
): Bun.Subprocess {
  const log = openSync(join(folder, LOG_NAME), 'a')
  try {
    return Bun.spawn(command, {
      cwd: folder,
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
      env: {
        ...inheritedEnvironment(),
        ORION_SERVER__HOST: '127.0.0.1',
        ORION_SERVER__PORT: String(port),
        ...env,
      },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
    })
  } finally {
    closeSync(log)
  }
}

function inheritedEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }) }
}

async function waitForReady(url: string, child: Bun.Subprocess, log: () => Promise<string>): Promise<void> {
  async function ready(): Promise<true | undefined> {
    const ended = child.exitCode ?? child.signalCode
    if (ended !== null) throw new Error(`The server ended with ${ended} instead of starting:\n${await log()}`)
    return (await isReady(url)) || undefined
  }
  await until('The server is ready', ready, log)
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

async function stop(
  child: Bun.Subprocess,
  signal: 'SIGTERM' | 'SIGINT',
  log: () => Promise<string>,
): Promise<number> {
  child.kill(signal)
  const code = await Promise.race([child.exited, Bun.sleep(DEADLINE_MS).then(() => undefined)])
  if (code === undefined)
    throw new Error(`The server runs ${DEADLINE_MS} ms after ${signal}:\n${await log()}`)
  return code
}

async function killAndWait(child: Bun.Subprocess): Promise<void> {
  child.kill('SIGKILL')
  await child.exited
}
