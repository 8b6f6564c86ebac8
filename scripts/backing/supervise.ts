import { mkdir, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BackingName } from './backing.ts'
import { BACKINGS, isBackingName } from './index.ts'
import { type Instance, openInstance } from './instance.ts'
import { adviceOn } from './missing.ts'
import { type State, stateFile, urlOf } from './state.ts'

/**
 * A process that runs one service: `supervise.ts NAME [--states FOLDER] [--apart]`. It writes its state as the first
 * line; then each line `start`, `stop` or `kill9` is done and answered by a line. It ends, leaving nothing behind, when
 * its input ends, as it does with the process that holds the other end, or, with --apart, at SIGTERM alone.
 */
async function supervise(name: BackingName, states: string | undefined, apart: boolean): Promise<void> {
  const backing = BACKINGS[name]
  const program = backing.find()
  if (program === undefined) throw new Error(`${backing.title} is not installed:\n${adviceOn([backing])}`)
  const ended = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => ended.resolve())
  const instance = await openInstance(backing, program)
  const file = states === undefined ? undefined : stateFile(states, name)
  try {
    const state = stateOf(name, instance)
    if (file !== undefined) await writeState(file, state)
    answer({ state })
    if (!apart) void obey(instance).finally(() => ended.resolve())
    await ended.promise
  } finally {
    if (file !== undefined) await forgetState(file)
    await instance.remove()
  }
}

async function obey(instance: Instance): Promise<void> {
  for await (const order of console) {
    try {
      if (order === 'start') await instance.start()
      if (order === 'stop') await instance.stop()
      if (order === 'kill9') await instance.kill9()
      answer({ done: order })
    } catch (error) {
      answer({ error: reasonOf(error) })
    }
  }
}

function stateOf(name: BackingName, instance: Instance): State {
  const { place } = instance
  return { ...place, name, url: urlOf(name, place), pid: instance.pid() ?? 0, supervisor: process.pid }
}

async function writeState(file: string, state: State): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await Bun.write(file, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
}

/** Its folder goes with the last state in it. */
async function forgetState(file: string): Promise<void> {
  await rm(file, { force: true })
  await rmdir(dirname(file)).catch(() => undefined)
}

function answer(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const [name = '', ...options] = process.argv.slice(2)
const states = options.includes('--states') ? options[options.indexOf('--states') + 1] : undefined
try {
  if (!isBackingName(name)) throw new Error(`There is no service "${name}"`)
  await supervise(name, states, options.includes('--apart'))
  process.exit(0)
} catch (error) {
  answer({ error: reasonOf(error) })
  process.exit(1)
}
