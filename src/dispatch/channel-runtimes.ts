import { configProblems, readConfig } from '../channel/config.ts'
import { type CorsRules, channelCors } from '../channel/cors/policy.ts'
import type { Channel, ChannelConfig } from '../channel/definition.ts'
import { errorBodies } from '../channel/response/error-bodies.ts'
import { routePatternProblem } from '../channel/route-pattern.ts'
import type { Route } from '../channel/route-table.ts'
import type { ConnectorCalls } from '../connector/live/connector-calls.ts'
import { mayRead, type Reads } from '../engine/reads.ts'
import type { Limits } from '../expression/expression.ts'
import type { OpenSecrets } from '../secrets/open-secrets.ts'
import type { JsonObject } from '../std/json.ts'
import type { Unreadable } from '../storage/store.ts'
import { openAnswering } from './answering.ts'
import { connectorProblem } from './guards/connected-stores.ts'
import type { GuardNeeds } from './guards/guard-needs.ts'
import { NO_GUARDS, openGuards } from './guards/open-guards.ts'
import type { Holding } from './guards/registry.ts'
import { guardsByWay } from './guards/ways-in.ts'
import type { LoadIssues } from './live.ts'
import { resolveChannelConfig } from './resolved-config.ts'
import type { WorkflowOutcome } from './sides.ts'
import type { ChannelRuntime, Channels, MetadataReads, Snapshot } from './snapshot.ts'
import { openSplit } from './split.ts'
import { type TracingPolicy, tracingPolicy } from './tracing-policy.ts'

export interface RuntimeNeeds extends GuardNeeds {
  readonly defaultTimeoutMs: number
  readonly connectors: ConnectorCalls
  /** What the references of `auth` stand for. */
  readonly secrets: OpenSecrets
  /** Every channel of the snapshot, once it is built. */
  readonly peers: Channels
  readonly tracing: TracingPolicy
  /** Which web pages may ask, as the server says. */
  readonly cors: CorsRules
  /** Settings that workflows may look at. */
  readonly vars: JsonObject
  /** Whether requests may ask for their profile. */
  readonly profiles: boolean
}

type ChannelIssue = LoadIssues['channels'][number]

/** A channel as traffic meets it, and why it is not served, or not as its author expects. */
export interface LoadedChannel {
  readonly route: Route<ChannelRuntime>
  readonly issue: ChannelIssue | undefined
}

const READS_NOTHING: MetadataReads = { headers: false, query: false, params: false }

export function loadChannel(
  channel: Channel,
  workflows: ReadonlyMap<string, WorkflowOutcome>,
  shadows: Snapshot['shadows'],
  holding: Holding,
  needs: RuntimeNeeds,
): LoadedChannel {
  const outcome = channel.workflow_id === null ? undefined : workflows.get(channel.workflow_id)
  const problem =
    channelProblem(channel, needs.limits) ??
    connectorProblem(channel.config, needs.caches) ??
    workflowProblem(channel, outcome)
  if (problem !== undefined) return quarantined(channel, problem, needs)

  const resolved = resolveChannelConfig(channel.config, needs.secrets, needs.limits)
  if ('reason' in resolved) return quarantined(channel, resolved.reason, needs)
  const config = readConfig(resolved.config)
  const { timeout_ms, tracing, explain = false } = config
  const sides = outcome?.kind === 'ready' ? outcome.sides : []
  const timeoutMs = timeout_ms ?? needs.defaultTimeoutMs
  const isIdle = sides.length === 0
  const offers = { explain: explain && !isIdle, profile: needs.profiles && !isIdle }
  const { channel_id: id, version, name } = channel
  const { guards, reads, masks } = openGuards(
    { id, version, name, config, timeoutMs, offers, sides },
    holding,
    needs,
  )
  const shadow = channel.workflow_id === null ? undefined : shadows.get(channel.workflow_id)
  const readers = [
    ...reads,
    ...sides.map(({ workflow }) => workflow.reads),
    ...(shadow ? [shadow.reads] : []),
  ]
  const runtime: ChannelRuntime = {
    id,
    name,
    sides,
    split: openSplit(name, sides, config, needs.limits),
    quarantine: undefined,
    connectors: needs.connectors,
    secrets: needs.secrets,
    timeoutMs,
    tracing: tracingPolicy(needs.tracing, tracing),
    reads: metadataReads(readers),
    vars: wantedVars(needs.vars, readers),
    cookies: wantedCookies(config, readers),
    guards,
    guardsByWay: guardsByWay(guards),
    peers: needs.peers,
    cors: channelCors(config, needs.cors),
    masks,
    bodyMode: config.request?.body_mode ?? 'envelope',
    answering: openAnswering(config.response),
    errorBodies: errorBodies(config.response ?? {}),
    offers,
    shadow,
  }
  const reason = `Workflow "${channel.workflow_id}" has no active version; the channel answers with nothing done`
  return {
    route: toRoute(channel, runtime),
    issue: channel.workflow_id !== null && isIdle ? issueOf(channel, reason) : undefined,
  }
}

/** A row that storage could not read: nothing is known of it but its name. */
export function unreadableChannel({ id, name, reason }: Unreadable, needs: RuntimeNeeds): LoadedChannel {
  const known = { channel_id: id, name, priority: 0, methods: null, route_pattern: null, workflow_id: null }
  return quarantined(known, reason, needs)
}

type Known = Pick<Channel, 'channel_id' | 'name' | 'priority' | 'methods' | 'route_pattern' | 'workflow_id'>

function quarantined(channel: Known, reason: string, needs: RuntimeNeeds): LoadedChannel {
  const runtime: ChannelRuntime = {
    id: channel.channel_id,
    name: channel.name,
    sides: [],
    split: undefined,
    quarantine: reason,
    connectors: needs.connectors,
    secrets: needs.secrets,
    timeoutMs: needs.defaultTimeoutMs,
    tracing: needs.tracing,
    reads: READS_NOTHING,
    vars: undefined,
    cookies: undefined,
    guards: NO_GUARDS,
    guardsByWay: guardsByWay(NO_GUARDS),
    peers: needs.peers,
    cors: undefined,
    masks: new Set(),
    bodyMode: 'envelope',
    answering: undefined,
    errorBodies: undefined,
    offers: { explain: false, profile: false },
    shadow: undefined,
  }
  return { route: toRoute(channel, runtime), issue: issueOf(channel, reason) }
}

/** What nothing serves or enforces in this version never goes live, however it came into the database. */
function channelProblem(
  { protocol, channel_type, route_pattern, config }: Channel,
  limits: Limits,
): string | undefined {
  if (protocol === 'kafka') return 'Protocol "kafka" is not available in this version'
  if (channel_type === 'async') return 'Channel type "async" is not available in this version'
  const pattern = route_pattern === null ? undefined : routePatternProblem(route_pattern)
  if (pattern !== undefined) return `Route pattern "${route_pattern}" ${pattern}`
  const [first, ...more] = configProblems(config, limits)
  if (first === undefined) return undefined
  return `${first.path}: ${first.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
}

function workflowProblem(channel: Channel, outcome: WorkflowOutcome | undefined): string | undefined {
  if (outcome?.kind !== 'broken') return undefined
  return `Workflow "${channel.workflow_id}" version ${outcome.version} cannot be loaded: ${outcome.reason}`
}

/** A channel whose own pattern is bad is still found, and refused, by its name. */
function toRoute(channel: Known, target: ChannelRuntime): Route<ChannelRuntime> {
  const { channel_id: id, name, priority, methods, route_pattern } = channel
  const usable = route_pattern !== null && routePatternProblem(route_pattern) === undefined
  return { id, name, priority, methods, pattern: usable ? route_pattern : null, target }
}

function issueOf({ name, channel_id, workflow_id }: Known, reason: string): ChannelIssue {
  return { channel: name, channel_id, workflow_id, reason }
}

function metadataReads(readers: readonly Reads[]): MetadataReads {
  const isRead = (path: string) => readers.some(reads => mayRead(reads, path))
  return {
    headers: isRead('metadata.headers'),
    query: isRead('metadata.query'),
    params: isRead('metadata.params'),
  }
}

function wantedVars(vars: JsonObject, readers: readonly Reads[]): JsonObject | undefined {
  const areRead = Object.keys(vars).length > 0 && readers.some(reads => mayRead(reads, 'metadata.vars'))
  return areRead ? vars : undefined
}

function wantedCookies(
  { request, cookies_to_metadata }: ChannelConfig,
  readers: readonly Reads[],
): ReadonlySet<string> | undefined {
  const names = request?.cookies_to_metadata ?? cookies_to_metadata ?? []
  const areRead = names.length > 0 && readers.some(reads => mayRead(reads, 'metadata.cookies'))
  return areRead ? new Set(names) : undefined
}
