import { timestamp } from '../../std/clock.ts'
import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import { errorRate, shortMs } from '../../versioning/stop-judgement.ts'
import type { StopWhen } from '../../versioning/stop-when.ts'
import type { Holding, RuntimeRegistry } from '../guards/registry.ts'
import { LiveNumbers, type Stopped } from './live-numbers.ts'
import { SideTally } from './side-tally.ts'
import { StopWatch, type Verdict } from './stop-watch.ts'

/** A live version and what it gets of the traffic, in percent. */
interface Sharing {
  readonly version: number
  readonly share: number
}

/** The live versions of one workflow, newest first, and where their runs are counted. */
export interface LiveRollout {
  readonly sides: readonly (Sharing & { readonly tally: SideTally })[]
  readonly numbers: LiveNumbers
  readonly stopWhen: StopWhen | undefined
}

export interface RolloutNeeds {
  readonly registry: RuntimeRegistry
  /** Puts the newer version back, off the path of requests; false when it could not. Never rejects. */
  readonly putBack: (verdict: Verdict) => Promise<boolean>
}

/**
 * What was counted stays while the same versions are live together, whatever their shares; what a watch has seen of its
 * window stays while its rule does as well.
 */
export function openRollout(
  workflowId: string,
  sides: readonly Sharing[],
  stopWhen: StopWhen | undefined,
  holding: Holding,
  { registry, putBack }: RolloutNeeds,
): LiveRollout {
  const [newer, older] = sides
  const key = [DEFAULT_SCOPE.tenant, workflowId, ...sides.map(({ version }) => version)]
  const numbers = holding.take(registry.numbers, JSON.stringify(key), () => new LiveNumbers())
  const watched = newer &&
    older &&
    stopWhen && { workflowId, newer: newer.version, older: older.version, rule: stopWhen }
  const watch =
    watched &&
    holding.take(registry.watches, JSON.stringify([...key, stopWhen]), () => new StopWatch(watched, putBack))
  return {
    sides: sides.map(side => {
      const tally = new SideTally(numbers.of(side.version), watch, side === newer)
      return { ...side, tally }
    }),
    numbers,
    stopWhen: watched?.rule,
  }
}

/** `GET /workflows/{id}/rollout`. */
export interface RolloutReport {
  readonly workflow_id: string
  /** When the present versions went live together; null when none is live. */
  readonly since: string | null
  readonly sides: readonly SideReport[]
  readonly stop_when: StopWhen | null
  readonly stopped: Stopped | null
}

interface SideReport {
  readonly version: number
  readonly rollout_percentage: number
  readonly requests: number
  readonly errors: number
  readonly error_rate: number
  readonly p50_ms: number | null
  readonly p99_ms: number | null
}

export function rolloutReport(workflow_id: string, rollout: LiveRollout | undefined): RolloutReport {
  if (rollout === undefined) {
    return { workflow_id, since: null, sides: [], stop_when: null, stopped: null }
  }
  const { numbers, sides, stopWhen } = rollout
  return {
    workflow_id,
    since: numbers.sinceMs === undefined ? null : timestamp(numbers.sinceMs),
    sides: sides.map(sideReport),
    stop_when: stopWhen ?? null,
    stopped: numbers.stopped ?? null,
  }
}

function sideReport({ version, share, tally }: LiveRollout['sides'][number]): SideReport {
  const { numbers } = tally
  return {
    version,
    rollout_percentage: share,
    requests: numbers.requests,
    errors: numbers.errors,
    error_rate: errorRate(numbers),
    p50_ms: msOrNull(numbers.p50()),
    p99_ms: msOrNull(numbers.p99()),
  }
}

function msOrNull(ms: number | undefined): number | null {
  return ms === undefined ? null : shortMs(ms)
}
