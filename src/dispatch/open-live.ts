import type { OrionError } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import { channelQuarantined, reloaded, reloadFailed } from '../telemetry/events.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { type BuildNeeds, buildSnapshot, type UnreadableRows } from './build-snapshot.ts'
import { newCallCycle } from './calls/call-cycles.ts'
import { engineStatus } from './engine-status.ts'
import type { Guards } from './guards/guards.ts'
import type { StoredGuard } from './guards/store-watch.ts'
import { brokenNewcomer } from './introduced.ts'
import { Lane } from './lane.ts'
import type { Edit, EngineStatus, Live, LiveChange, Rehearsal, Source } from './live.ts'
import type { Stopped } from './numbers/live-numbers.ts'
import { type RolloutReport, rolloutReport } from './numbers/rollout-report.ts'
import type { Verdict } from './numbers/stop-watch.ts'
import { Pace } from './pace.ts'
import { hasUnreadable, readSource, type StoredKinds } from './read-source.ts'
import type { ShadowReport } from './rehearsal/shadow.ts'
import type { Snapshot } from './snapshot.ts'
import { snapshotChanges } from './snapshot-changes.ts'

export interface LiveNeeds extends Omit<BuildNeeds, 'putBack'> {
  readonly store: StoredKinds
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Version of the server, for the status. */
  readonly version: string
  /** Longest build. */
  readonly reloadTimeoutMs: number
}

/** What is live, for those who answer traffic. Disposing waits for the changes that are under way. */
export interface OpenLive extends Live, AsyncDisposable {
  /** What answers a request that begins at this moment. */
  snapshot(): Snapshot
  /** Who puts versions back from now on; nobody does before. */
  onVerdict(putBack: PutBack): void
}

/** Archives the newer version, off the path of requests; undefined when it was not done. Never rejects. */
export type PutBack = (verdict: Verdict) => Promise<Stopped | undefined>

/** Builds the first snapshot from storage; rejects when storage cannot be read. */
export async function openLive(given: LiveNeeds): Promise<OpenLive> {
  let live: Generations | undefined
  const needs = { ...given, putBack: async (verdict: Verdict) => (await live?.putBack(verdict)) ?? false }
  const nothing = { generation: 0, compiled: new Map() }
  const beganMs = needs.clock.monotonic()
  const first = await buildStored(needs, nothing)
  settle(first, needs.clock)
  announce(first, new Map(), needs.clock.monotonic() - beganMs, needs.telemetry)
  live = new Generations(needs, first)
  return live
}

type Needs = LiveNeeds & BuildNeeds

function paceOf({ clock, reloadTimeoutMs }: LiveNeeds): Pace {
  return new Pace(clock, reloadTimeoutMs)
}

async function buildStored(
  needs: Needs,
  previous: Pick<Snapshot, 'generation' | 'compiled'>,
): Promise<Snapshot> {
  const pace = paceOf(needs)
  const { source, unreadable } = await readSource(needs.store, pace)
  return buildSnapshot(source, unreadable, previous, needs, pace)
}

/** One snapshot after another; only one change at a time. */
class Generations implements OpenLive {
  readonly #needs: Needs
  readonly #startedMs: number
  readonly #lane = new Lane()
  #current: Snapshot
  #waitingReload: Promise<void> | undefined
  #keeper: PutBack | undefined

  constructor(needs: Needs, first: Snapshot) {
    this.#needs = needs
    this.#startedMs = needs.clock.monotonic()
    this.#current = first
  }

  snapshot(): Snapshot {
    return this.#current
  }

  /** A reload that has not begun reads what is newest when it begins, so all who ask until then share it. */
  reload(): Promise<void> {
    this.#waitingReload ??= this.#lane.run(() => {
      this.#waitingReload = undefined
      return this.#rebuild()
    })
    return this.#waitingReload
  }

  change<Result>({ decide }: LiveChange<Result>): Promise<Result> {
    return this.#lane.run(async () => {
      const beganMs = this.#needs.clock.monotonic()
      const decided = await decide()
      if (decided.edit === undefined) return decided.result
      const pace = paceOf(this.#needs)
      const stored = await readSource(this.#needs.store, pace)
      const source = await decided.edit(stored.source)
      const unreadable = stillUnreadable(stored.unreadable, decided)
      const next = await buildSnapshot(source, unreadable, this.#current, this.#needs, pace)
      decided.accept?.(next.loadIssues)
      const refusal = brokenNewcomer(stored.source, source, next) ?? this.#cycleOf(next)
      if (refusal !== undefined) throw refusal
      if (decided.commit === undefined) {
        forgetOthers(this.#current)
        return decided.result
      }
      await decided.commit()
      this.#goLive(next, beganMs)
      // Only storage can tell whether the change mended or removed a row that could not be read.
      if (hasUnreadable(stored)) await this.#rebuild().catch(() => undefined)
      return decided.result
    })
  }

  rehearse(decide: () => Promise<(source: Source) => Source>): Promise<Rehearsal> {
    return this.#lane.run(async () => {
      const edit = await decide()
      const pace = paceOf(this.#needs)
      const stored = await readSource(this.#needs.store, pace)
      const source = edit(stored.source)
      const next = await buildSnapshot(source, stored.unreadable, this.#current, this.#needs, pace)
      // What the guards of a snapshot that never goes live would have remembered.
      forgetOthers(this.#current)
      const before = { source: stored.source, snapshot: this.#current }
      return {
        changes: snapshotChanges(before, { source, snapshot: next }),
        refusal: brokenNewcomer(stored.source, source, next) ?? this.#cycleOf(next),
      }
    })
  }

  status(): EngineStatus {
    const uptimeMs = this.#needs.clock.monotonic() - this.#startedMs
    return engineStatus(this.#current, this.#needs.version, uptimeMs)
  }

  rollout(workflowId: string): RolloutReport {
    return rolloutReport(workflowId, this.#current.rollouts.get(workflowId))
  }

  shadow(workflowId: string): ShadowReport | undefined {
    return this.#current.shadows.get(workflowId)?.report()
  }

  onVerdict(putBack: PutBack): void {
    this.#keeper = putBack
  }

  /** The version that is alone now tells why. */
  async putBack(verdict: Verdict): Promise<boolean> {
    const stopped = await this.#keeper?.(verdict)
    if (stopped === undefined) return false
    const rollout = this.#current.rollouts.get(verdict.workflowId)
    const [only, ...more] = rollout?.sides ?? []
    if (rollout !== undefined && only?.version === verdict.older && more.length === 0) {
      rollout.numbers.stopped = stopped
    }
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lane.idle()
  }

  #cycleOf(next: Snapshot): OrionError | undefined {
    return newCallCycle(this.#current.byName, next.byName)
  }

  async #rebuild(): Promise<void> {
    const beganMs = this.#needs.clock.monotonic()
    try {
      this.#goLive(await buildStored(this.#needs, this.#current), beganMs)
    } catch (error) {
      reloadFailed(this.#needs.telemetry, error)
      throw error
    }
  }

  #goLive(next: Snapshot, beganMs: number): void {
    const known = new Map(this.#current.channels.map(({ id, quarantine }) => [id, quarantine]))
    this.#current = next
    settle(next, this.#needs.clock)
    this.#needs.storeWatch.retain(({ channel, guard }) => asks(next, channel, guard))
    announce(next, known, this.#needs.clock.monotonic() - beganMs, this.#needs.telemetry)
  }
}

function stillUnreadable(
  { workflows, channels, connectors }: UnreadableRows,
  { replaces = () => false }: Pick<Edit, 'replaces'>,
): UnreadableRows {
  return {
    workflows: workflows.filter(({ id }) => !replaces('workflows', id)),
    channels: channels.filter(({ id }) => !replaces('channels', id)),
    connectors: connectors.filter(({ id }) => !replaces('connectors', id)),
  }
}

/** Also what a snapshot that never went live would have used. */
function forgetOthers({ holding, connections, channels }: Snapshot): void {
  holding.settle()
  connections.settle(new Set(channels.map(({ name }) => name)))
}

/** It is live: what it counts begins, and what it does not use is forgotten. */
function settle(snapshot: Snapshot, clock: Clock): void {
  const nowMs = clock.now()
  for (const { numbers } of snapshot.rollouts.values()) numbers.begin(nowMs)
  forgetOthers(snapshot)
}

const GUARD_OF = {
  rate_limit: 'rateLimit',
  principal_rate_limit: 'principalRateLimit',
  deduplication: 'deduplication',
  cache: 'cache',
} as const satisfies Record<StoredGuard, keyof Guards>

function asks({ channels }: Snapshot, name: string, guard: StoredGuard): boolean {
  return channels.some(channel => channel.name === name && channel.guards[GUARD_OF[guard]] !== undefined)
}

function announce(
  { generation, channels }: Snapshot,
  known: ReadonlyMap<string, string | undefined>,
  durationMs: number,
  telemetry: Telemetry,
): void {
  reloaded(telemetry, generation, channels.length, durationMs)
  for (const { id, name, quarantine } of channels) {
    if (quarantine !== undefined && quarantine !== known.get(id)) {
      channelQuarantined(telemetry, name, quarantine)
    }
  }
}
