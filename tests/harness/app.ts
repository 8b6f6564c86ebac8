import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'
import { loadConfig } from '../../src/config/load.ts'
import { problemLine } from '../../src/config/problem.ts'
import type { GuardStores } from '../../src/dispatch/guards/guard-stores.ts'
import { type Orion, type OrionParts, openOrion } from '../../src/orion.ts'
import { type Clock, systemClock } from '../../src/std/clock.ts'
import { openCounters } from '../../src/telemetry/counters.ts'
import { openLog } from '../../src/telemetry/open-log.ts'
import { type Client, openClient } from './client.ts'

export interface AppOptions {
  /** Text of a TOML configuration. */
  readonly config?: string
  /** `ORION_*` variables, and those that definitions name; the database is in memory unless they say otherwise. */
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Where names of hosts that connectors call are resolved. */
  readonly lookup?: OrionParts['lookup']
  /** Functions of workflows beside the built-in ones. */
  readonly functions?: OrionParts['functions']
  /** From 0 to below 1; random when missing. */
  readonly chance?: () => number
  /** Stores of guards; memory when missing. */
  readonly guardStores?: Partial<GuardStores>
}

/** The whole app in this process, without a socket. */
export interface App extends AsyncDisposable {
  readonly orion: Orion
  readonly client: Client
  /** Every line that it has logged so far, as JSON text. */
  log(): Promise<readonly string[]>
}

const BUILD = { version: '0.0.0-test', gitHash: 'test', builtAt: '0' }

export async function openApp({
  config,
  env,
  clock = systemClock,
  lookup,
  functions = [],
  chance = Math.random,
  guardStores,
}: AppOptions = {}): Promise<App> {
  const loaded = loadConfig({
    file: config === undefined ? undefined : { path: 'test.toml', text: config },
    env: { ORION_STORAGE__URL: 'sqlite::memory:', ...env },
  })
  if ('problems' in loaded) throw new Error(loaded.problems.map(problemLine).join('\n'))
  const lines: string[] = []
  const log = openLog({
    level: 'debug',
    format: 'json',
    to: text => {
      lines.push(...text.split('\n').filter(line => line !== ''))
    },
    clock,
  })
  const telemetry = { log, counters: openCounters() }
  const orion = await openOrion(loaded.config, {
    telemetry,
    env: env ?? {},
    build: BUILD,
    clock,
    functions,
    chance,
    sqliteCommand: [process.execPath, join(ROOT, 'src/main.ts')],
    ...(lookup !== undefined && { lookup }),
    ...(guardStores !== undefined && { guardStores }),
  })
  return {
    orion,
    client: openClient((path, init) => orion.fetch(new Request(`http://orion.test${path}`, init))),
    async log() {
      await log.flush()
      return lines
    },
    [Symbol.asyncDispose]: () => orion[Symbol.asyncDispose](),
  }
}
