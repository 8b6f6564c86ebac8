import { timestamp } from '../../std/clock.ts'
import { errorRate, shortMs } from '../../versioning/stop-judgement.ts'
import type { StopWhen } from '../../versioning/stop-when.ts'
import type { Side } from '../sides.ts'
import type { Stopped } from './live-numbers.ts'
import type { LiveRollout } from './live-rollout.ts'

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

function sideReport({ version, share, tally }: Side): SideReport {
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
