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

interface AppOptions {
  /** Text of a TOML configuration. */
  readonly config?: string
  /** `ORION_*` variables; the database is in memory unless they say otherwise. */
  readonly env?: Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Functions of workflows beside the built-in ones. */
  readonly functions?: OrionParts['functions']
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
  functions = [],
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
    build: BUILD,
    clock,
    functions,
    sqliteCommand: [process.execPath, join(ROOT, 'src/main.ts')],
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
