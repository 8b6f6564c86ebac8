import { egressLists } from '../config/egress-lists.ts'
import type { Config } from '../config/schema.ts'
import { Breakers } from '../connector/breaker/breakers.ts'
import type { Connector } from '../connector/definition.ts'
import { Egress } from '../connector/egress/egress.ts'
import { systemLookup } from '../connector/egress/host-lookups.ts'
import { type DatabaseNeeds, databaseNeeds } from '../connector/kinds/db/needs.ts'
import { ConnectorRuntime, type Resolve } from '../connector/live/connector-runtime.ts'
import { notReached, type ProbeReport } from '../connector/live/probe.ts'
import { resolveConnector } from '../dispatch/resolved-config.ts'
import { openKeyRing } from '../secrets/open-key-ring.ts'
import { secretsOf } from '../secrets/open-secrets.ts'
import type { Clock } from '../std/clock.ts'
import { fileOf } from '../storage/location.ts'
import { pendingMigrations } from '../storage/migrate.ts'
import { openStore } from '../storage/open-store.ts'
import { DEFAULT_SCOPE } from '../storage/scope.ts'
import type { Terminal } from './command.ts'

export interface Probed extends ProbeReport {
  readonly name: string
  readonly connector_type: string
  readonly enabled: boolean
}

/** The connectors of a database and the way to their other ends, without a server. */
interface Connectivity extends AsyncDisposable {
  /** Of all connectors. */
  readonly names: readonly string[]
  /** Connects to those of these names, or to each one that is enabled; several at a time. */
  probe(names: ReadonlySet<string> | undefined): Promise<Probed[]>
}

const AT_A_TIME = 8
const NO_BREAKERS = { enabled: false, failureThreshold: 1, recoveryMs: 1, maxBreakers: 0 }

/** Throws unless the database is there and up to date: looking must not change it. */
export async function openConnectivity(
  config: Config,
  { clock, env, sqliteCommand: command }: Pick<Terminal, 'clock' | 'env' | 'sqliteCommand'>,
): Promise<Connectivity> {
  const { storage } = config
  const url = storage.url.reveal()
  if (pendingMigrations(url).length > 0) {
    throw new Error(
      `The database ${storage.url} is missing or not up to date; "orion-server migrate" makes it so`,
    )
  }
  await using opened = new AsyncDisposableStack()
  const log = { write: () => undefined }
  const { busy_timeout_ms: busyTimeoutMs, wal_limit_mb: walLimitMb } = storage
  const store = opened.use(await openStore({ url, busyTimeoutMs, walLimitMb, clock, log }))
  const { rows, unreadable } = await store.connectors.all()
  const ring = openKeyRing(config.secrets)
  const { tenant } = DEFAULT_SCOPE
  const secrets = secretsOf({ config: config.secrets, env, ring, tenant })((await store.secrets.all()).rows)
  const databases = databaseNeeds(config, { ownFile: fileOf(url), command })
  const runtime = opened.use(
    openRuntime(config, databases, clock, connector => resolveConnector(connector, secrets)),
  )
  const owned = opened.move()
  return {
    names: [...rows, ...unreadable].map(({ name }) => name),
    async probe(names) {
      const wanted = rows.filter(({ name, enabled }) => names?.has(name) ?? enabled)
      const lost = unreadable
        .filter(({ name }) => names?.has(name) ?? true)
        .map(({ name, reason }) => ({
          name,
          connector_type: 'unknown',
          enabled: true,
          ...notReached(reason),
        }))
      return [...(await inOrder(wanted, connector => probed(connector, runtime))), ...lost]
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function openRuntime(
  config: Config,
  databases: DatabaseNeeds,
  clock: Clock,
  resolve: Resolve,
): ConnectorRuntime {
  return new ConnectorRuntime({
    breakers: new Breakers(NO_BREAKERS, clock),
    clock,
    chance: Math.random,
    egress: new Egress({ lists: egressLists(config), lookup: systemLookup, clock }),
    events: { breakerOpened: () => undefined, callFailed: () => undefined },
    resolve,
    userAgent: 'orion/test-connectivity',
    databases,
    maxOpenClients: 0,
  })
}

async function probed(connector: Connector, runtime: ConnectorRuntime): Promise<Probed> {
  const { name, connector_type, enabled } = connector
  const report = await runtime
    .probe(connector)
    .catch((error: unknown) => notReached(`it failed unexpectedly: ${String(error)}`))
  return { name, connector_type, enabled, ...report }
}

/** So many at a time; answers are in the order of the items. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const left = items.entries()
  const worker = async () => {
    for (const [at, item] of left) results[at] = await work(item)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return results
}
