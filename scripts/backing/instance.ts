import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backing, Place } from './backing.ts'
import { freePort, isFree } from './free-port.ts'
import { serviceFolder, sweepLeftovers } from './leftovers.ts'
import { run } from './programs.ts'
import { type Runner, runAs } from './run-as.ts'

const READY_WITHIN_MS = 60_000
const STOPPED_WITHIN_MS = 30_000
const POLL_MS = 20
const START_TRIES = 20
const BETWEEN_STARTS_MS = 100
const PORT_TRIES = 3

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

/** Starts one on free ports; on others, should somebody else take one of them meanwhile. */
export async function openInstance(backing: Backing, program: string): Promise<Instance> {
  for (let tries = 1; ; tries++) {
    const instance = await createInstance(backing, program)
    try {
      await instance.start()
      return instance
    } catch (error) {
      await instance.remove()
      const { port, tlsPort } = instance.place
      if (tries === PORT_TRIES || (isFree(port) && isFree(tlsPort))) throw error
    }
  }
}

async function createInstance(backing: Backing, program: string): Promise<Instance> {
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
  await sweepLeftovers(backing.name)
  const folder = await serviceFolder(backing.name)
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
  for (let tries = 1; tries <= START_TRIES && performance.now() < deadline; tries++) {
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
    await Bun.sleep(BETWEEN_STARTS_MS)
  }
  throw new Error(`${backing.title} does not become ready:\n${await Bun.file(log).text()}`)
}
