import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backing, Place } from './backing.ts'
import { freePort } from './free-port.ts'
import { run } from './programs.ts'
import { type Runner, runAs } from './run-as.ts'

const READY_WITHIN_MS = 60_000
const STOPPED_WITHIN_MS = 30_000
const POLL_MS = 20

/** One service in a folder of its own. Stopping keeps its port and its data, until it is removed. */
export interface Instance {
  readonly place: Place
  /** Of its main process; undefined while it does not run. */
  pid(): number | undefined
  start(): Promise<void>
  stop(): Promise<void>
  kill9(): Promise<void>
  /** Stops it and deletes its folder. */
  remove(): Promise<void>
}

export async function createInstance(backing: Backing, program: string): Promise<Instance> {
  const runner = runAs(backing.systemUser)
  const place = await prepare(backing, program, runner)
  let child: Bun.Subprocess | undefined
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined) return
    child.kill(signal)
    const ended = await Promise.race([child.exited, Bun.sleep(STOPPED_WITHIN_MS)])
    if (ended === undefined) child.kill('SIGKILL')
    await child.exited
    child = undefined
  }
  return {
    place,
    pid: () => (child?.exitCode === null ? child.pid : undefined),
    async start() {
      await end(backing.stopSignal)
      child = await untilReady(backing, program, place, runner)
    },
    stop: () => end(backing.stopSignal),
    kill9: () => end('SIGKILL'),
    async remove() {
      await end(backing.stopSignal)
      await rm(place.folder, { recursive: true, force: true })
    },
  }
}

async function prepare(backing: Backing, program: string, runner: Runner): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), `orion-${backing.name}-`))
  try {
    const place: Place = {
      folder,
      port: freePort(),
      tlsPort: freePort(),
      user: backing.databaseUser,
      password: randomBytes(12).toString('hex'),
      database: backing.database,
      ...(await signCertificate(folder)),
    }
    const commands = await backing.prepare(program, place)
    await runner.give(folder)
    for (const command of commands) await run([...runner.prefix, ...command], folder)
    return place
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function signCertificate(folder: string): Promise<{ certificate: string; key: string }> {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  await run(
    ['openssl', 'req', '-x509', '-days', '30', ...algorithm, ...subject, '-keyout', key, '-out', certificate],
    folder,
  )
  await chmod(key, 0o600)
  return { certificate, key }
}

/** Starts it, again when it ends at once: after a kill, what is left of the last run may hold its place for a moment. */
async function untilReady(backing: Backing, program: string, place: Place, runner: Runner) {
  const log = join(place.folder, 'out.log')
  const deadline = performance.now() + READY_WITHIN_MS
  while (performance.now() < deadline) {
    const output = openSync(log, 'a')
    const child = Bun.spawn([...runner.prefix, ...backing.command(program, place)], {
      cwd: place.folder,
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
      if (await backing.isReady(program, place)) return child
      await Bun.sleep(POLL_MS)
    }
    child.kill('SIGKILL')
    await child.exited
  }
  throw new Error(
    `${backing.title} was not ready within ${READY_WITHIN_MS} ms:\n${await Bun.file(log).text()}`,
  )
}
