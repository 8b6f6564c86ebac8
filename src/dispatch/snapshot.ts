import type { CorsPolicy } from '../channel/cors/policy.ts'
import type { ErrorBodies } from '../channel/response/error-bodies.ts'
import type { RouteTable } from '../channel/route-table.ts'
import type { Connector } from '../connector/definition.ts'
import type { ConnectorCalls } from '../connector/live/connector-calls.ts'
import type { OpenConnectors } from '../connector/live/connector-runtime.ts'
import type { CompiledWorkflow } from '../engine/workflow.ts'
import type { OpenSecrets } from '../secrets/open-secrets.ts'
import type { JsonObject } from '../std/json.ts'
import type { Answering } from './answering.ts'
import type { BodyMode } from './arrival.ts'
import type { Guards } from './guards/guards.ts'
import type { Holding } from './guards/registry.ts'
import type { GuardsByWay } from './guards/ways-in.ts'
import type { LoadIssues } from './live.ts'
import type { LiveRollout } from './numbers/live-rollout.ts'
import type { Offers } from './offers.ts'
import type { Shadow } from './rehearsal/shadow.ts'
import type { Side } from './sides.ts'
import type { Split } from './split.ts'
import type { TracingPolicy } from './tracing-policy.ts'

/** A channel ready to answer. Immutable: a request keeps the one it began with. */
export interface ChannelRuntime {
  readonly id: string
  readonly name: string
  /** The live versions of its workflow, newest first; empty: the channel answers with nothing done. */
  readonly sides: readonly Side[]
  /** How two of them share the traffic; undefined when there is at most one. */
  readonly split: Split | undefined
  /** Why every request is refused with 503; undefined when it is not. */
  readonly quarantine: string | undefined
  /** Where its tasks reach other systems. */
  readonly connectors: ConnectorCalls
  /** The secrets that its tasks may name. */
  readonly secrets: Pick<OpenSecrets, 'lookup'>
  /** Longest run. */
  readonly timeoutMs: number
  readonly tracing: TracingPolicy
  /** Which parts of a request's metadata the workflow may look at; the others are not copied. */
  readonly reads: MetadataReads
  /** Settings that go to `metadata.vars`; undefined when nobody looks at them. */
  readonly vars: JsonObject | undefined
  /** Cookies that go to `metadata.cookies`; undefined when nobody looks at them. */
  readonly cookies: ReadonlySet<string> | undefined
  /** As they are declared. */
  readonly guards: Guards
  /** Those that hold on each way in. */
  readonly guardsByWay: GuardsByWay
  /** The channels of its snapshot, which its tasks may call. */
  readonly peers: Channels
  /** Which web pages may ask; undefined is as the server says. */
  readonly cors: CorsPolicy | undefined
  /** Headers with credentials of this channel, lower-case; workflows see `******`. */
  readonly masks: ReadonlySet<string>
  readonly bodyMode: BodyMode
  /** How it is answered; undefined is the envelope. */
  readonly answering: Answering | undefined
  /** Its own words for errors. */
  readonly errorBodies: ErrorBodies | undefined
  /** What a request may ask for. */
  readonly offers: Offers
  /** A draft that runs behind its answers; undefined when none does. */
  readonly shadow: Shadow | undefined
}

/** By name. */
export type Channels = ReadonlyMap<string, ChannelRuntime>

export interface MetadataReads {
  readonly headers: boolean
  readonly query: boolean
  readonly params: boolean
}

/** Everything that answers traffic at one moment. Built whole, swapped by one assignment, retired by garbage collection. */
export interface Snapshot {
  /** Counts the builds that went live. */
  readonly generation: number
  readonly routes: RouteTable<ChannelRuntime>
  readonly channels: readonly ChannelRuntime[]
  readonly byName: Channels
  /** Enabled connectors. */
  readonly connectors: readonly Connector[]
  /** What reaches their far sides. */
  readonly connections: OpenConnectors
  readonly secrets: OpenSecrets
  readonly loadIssues: LoadIssues
  /** Live versions and their numbers, by id of the workflow. */
  readonly rollouts: ReadonlyMap<string, LiveRollout>
  /** By id of the workflow. */
  readonly shadows: ReadonlyMap<string, Shadow>
  /** What its guards remember. */
  readonly holding: Holding
  /** Compiled workflows by hash of their content, for the next build. */
  readonly compiled: CompiledByHash
}

/** What became of each workflow content: ready to run, or the reason why it does not compile. */
export type CompiledByHash = ReadonlyMap<string, CompiledWorkflow | string>
