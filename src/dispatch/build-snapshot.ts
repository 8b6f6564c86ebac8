import { buildRouteTable, byPrecedence } from '../channel/route-table.ts'
import type { ConnectorRuntime } from '../connector/live/connector-runtime.ts'
import type { OpenSecretsOf } from '../secrets/open-secrets.ts'
import type { Unreadable } from '../storage/store.ts'
import { type LoadedChannel, loadChannel, type RuntimeNeeds, unreadableChannel } from './channel-runtimes.ts'
import { type Compile, compileWorkflows } from './compile-workflows.ts'
import type { LoadIssues, Source } from './live.ts'
import { countRuns } from './numbers/count-runs.ts'
import type { RolloutNeeds } from './numbers/live-rollout.ts'
import type { Pace } from './pace.ts'
import { openShadows, type ShadowNeeds } from './rehearsal/open-shadows.ts'
import { resolveConnector } from './resolved-config.ts'
import { rivalries } from './rivalries.ts'
import type { ChannelRuntime, Snapshot } from './snapshot.ts'

/** Rows that storage could not read. */
export interface UnreadableRows {
  readonly channels: readonly Unreadable[]
  readonly workflows: readonly Unreadable[]
  readonly connectors: readonly Unreadable[]
}

export interface BuildNeeds
  extends Omit<RuntimeNeeds, 'connectors' | 'caches' | 'secrets' | 'peers'>,
    RolloutNeeds,
    ShadowNeeds {
  readonly compile: Compile
  readonly connectorRuntime: Pick<ConnectorRuntime, 'open'>
  /** Opens the secrets that definitions name. */
  readonly openSecrets: OpenSecretsOf
  /** Whether this server serves the channel of that name. */
  readonly serves: (name: string) => boolean
}

/** The snapshot that answers traffic once `source` is what is written down. Changes nothing; throws only at its deadline. */
export async function buildSnapshot(
  source: Source,
  unreadable: UnreadableRows,
  previous: Pick<Snapshot, 'generation' | 'compiled'>,
  needs: BuildNeeds,
  pace: Pace,
): Promise<Snapshot> {
  const secrets = needs.openSecrets(source.secrets)
  const compiled = await compileWorkflows(
    source.workflows,
    unreadable.workflows,
    previous.compiled,
    workflow => needs.compile(workflow, secrets.lookup),
    secrets.stamp,
    pace,
  )
  const holding = needs.registry.open()
  const enabled = source.connectors.filter(connector => connector.enabled)
  const connections = needs.connectorRuntime.open(enabled, connector => resolveConnector(connector, secrets))
  const byName = new Map<string, ChannelRuntime>()
  const channelNeeds = {
    ...needs,
    connectors: connections.calls,
    caches: connections,
    secrets,
    peers: byName,
  }
  const { workflows, rollouts } = await countRuns(compiled.byId, holding, needs, pace)
  const { shadows, issues } = await openShadows(source.shadows, workflows, holding, needs, pace)
  const loaded: LoadedChannel[] = []
  for (const channel of source.channels) {
    if (pace.isDue()) await pace.rest()
    if (needs.serves(channel.name))
      loaded.push(loadChannel(channel, workflows, shadows, holding, channelNeeds))
  }
  for (const row of unreadable.channels) {
    if (needs.serves(row.name)) loaded.push(unreadableChannel(row, channelNeeds))
  }
  await pace.restIfDue()
  const routes = loaded.map(({ route }) => route)
  const table = buildRouteTable(routes)
  for (const { name, target } of routes.toSorted(byPrecedence))
    if (!byName.has(name)) byName.set(name, target)
  await pace.restIfDue()
  return {
    generation: previous.generation + 1,
    routes: table,
    channels: routes.map(({ target }) => target),
    byName,
    connectors: enabled,
    connections,
    secrets,
    loadIssues: {
      channels: [...loaded.flatMap(({ issue }) => issue ?? []), ...rivalries(routes)],
      workflows: [...compiled.issues, ...issues],
      connectors: [...unreadable.connectors.map(unread), ...connections.issues],
    },
    rollouts,
    shadows,
    holding,
    compiled: compiled.byHash,
  }
}

function unread({ id, name, reason }: Unreadable): LoadIssues['connectors'][number] {
  return { connector: name, connector_id: id, stage: 'read', reason }
}
