import type { Config } from '../config/schema.ts'
import { secretUrl } from '../config/secret.ts'
import { parseJson } from '../std/parse-json.ts'
import { parseLocation } from '../storage/location.ts'
import { pendingMigrations } from '../storage/migrate.ts'
import { refuseInUse } from '../storage/sole-use.ts'
import { openCounters } from '../telemetry/counters.ts'
import { openLog } from '../telemetry/open-log.ts'
import type { AdminDoor } from './admin-door.ts'
import type { Invocation, Terminal } from './command.ts'
import { readSettings } from './settings.ts'
import { UsageError } from './usage-error.ts'

/**
 * The database of a server that is down: an Orion in this process, with the limits that are configured, and no port.
 * Throws for a database that is not there, not up to date, or in use.
 */
export async function openDatabaseDoor(
  url: string,
  terminal: Terminal,
  invocation: Invocation,
): Promise<AdminDoor> {
  const { config } = await readSettings(terminal, invocation)
  refuseUnready(url)
  const { clock, build, env, sqliteCommand } = terminal
  const log = openLog({ level: 'error', format: 'pretty', to: text => terminal.stderr(text), clock })
  const orion = await terminal.openOrion(offline(config, url), {
    telemetry: { log, counters: openCounters() },
    clock,
    build,
    env,
    sqliteCommand,
  })
  return {
    name: `the database ${secretUrl(url)}`,
    async ask(method, path, body) {
      const response = await orion.fetch(
        new Request(`http://orion.invalid/api/v1/admin/${path}`, {
          method,
          ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
        }),
      )
      return { status: response.status, body: parseJson(await response.bytes()) }
    },
    async [Symbol.asyncDispose]() {
      await orion[Symbol.asyncDispose]()
      await log.flush()
    },
  }
}

function refuseUnready(url: string): void {
  const location = parseLocation(url)
  if (location.kind === 'memory') {
    throw new UsageError(
      'a database in memory belongs to its process; name a file: --database sqlite:orion.db',
    )
  }
  if (pendingMigrations(url).length > 0) {
    throw new Error(
      `The database ${secretUrl(url)} is not there or not up to date; bring it up to date with "orion-server migrate" (storage.url names it)`,
    )
  }
  refuseInUse(location.path)
}

/** Whoever may open the file may change it: neither keys nor limits of callers count. */
function offline(config: Config, url: string): Config {
  return {
    ...config,
    storage: { ...config.storage, url: secretUrl(url) },
    admin_auth: { ...config.admin_auth, enabled: false },
    rate_limit: { ...config.rate_limit, enabled: false },
  }
}
