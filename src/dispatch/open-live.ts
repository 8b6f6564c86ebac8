import type { Clock } from '../std/clock.ts'
import { channelQuarantined, reloaded, reloadFailed } from '../telemetry/events.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { type BuildNeeds, buildSnapshot } from './build-snapshot.ts'
import { newCallCycle } from './calls/call-cycles.ts'
import { engineStatus } from './engine-status.ts'
import type { Guards } from './guards/guards.ts'
import type { StoredGuard } from './guards/store-watch.ts'
import { refuseBrokenNewcomers } from './introduced.ts'
import { Lane } from './lane.ts'
import type { EngineStatus, Live, LiveChange } from './live.ts'
import { Pace } from './pace.ts'
import { hasUnreadable, readSource, type StoredKinds } from './read-source.ts'
import type { Snapshot } from './snapshot.ts'

export interface LiveNeeds extends BuildNeeds {
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
}

/** Builds the first snapshot from storage; rejects when storage cannot be read. */
export async function openLive(needs: LiveNeeds): Promise<OpenLive> {
  const nothing = { generation: 0, compiled: new Map() }
  const beganMs = needs.clock.monotonic()
  const first = await buildStored(needs, nothing)
  first.holding.settle()
  first.connections.settle()
  announce(first, new Map(), needs.clock.monotonic() - beganMs, needs.telemetry)
  return new Generations(needs, first)
}

function paceOf({ clock, reloadTimeoutMs }: LiveNeeds): Pace {
  return new Pace(clock, reloadTimeoutMs)
}

async function buildStored(
  needs: LiveNeeds,
  previous: Pick<Snapshot, 'generation' | 'compiled'>,
): Promise<Snapshot> {
  const pace = paceOf(needs)
  const { source, unreadable } = await readSource(needs.store, pace)
  return buildSnapshot(source, unreadable, previous, needs, pace)
}

/** One snapshot after another; only one change at a time. */
class Generations implements OpenLive {
  readonly #needs: LiveNeeds
  readonly #startedMs: number
  readonly #lane = new Lane()
  #current: Snapshot
  #waitingReload: Promise<void> | undefined

  constructor(needs: LiveNeeds, first: Snapshot) {
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
      const { edit, commit, result } = await decide()
      const pace = paceOf(this.#needs)
      const stored = await readSource(this.#needs.store, pace)
      const source = edit(stored.source)
      const next = await buildSnapshot(source, stored.unreadable, this.#current, this.#needs, pace)
      refuseBrokenNewcomers(stored.source, source, next)
      const cycle = newCallCycle(this.#current.byName, next.byName)
      if (cycle !== undefined) throw cycle
      await commit()
      this.#goLive(next, beganMs)
      // Only storage can tell whether the change mended or removed a row that could not be read.
      if (hasUnreadable(stored)) await this.#rebuild().catch(() => undefined)
      return result
    })
  }

  status(): EngineStatus {
    const uptimeMs = this.#needs.clock.monotonic() - this.#startedMs
    return engineStatus(this.#current, this.#needs.version, uptimeMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lane.idle()
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
    next.holding.settle()
    next.connections.settle()
    this.#needs.storeWatch.retain(({ channel, guard }) => asks(next, channel, guard))
    announce(next, known, this.#needs.clock.monotonic() - beganMs, this.#needs.telemetry)
  }
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
