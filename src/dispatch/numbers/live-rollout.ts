import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import type { StopWhen } from '../../versioning/stop-when.ts'
import type { Holding, RuntimeRegistry } from '../guards/registry.ts'
import type { CompiledSide, Side } from '../sides.ts'
import { LiveNumbers } from './live-numbers.ts'
import { SideTally } from './side-tally.ts'
import { StopWatch, type Verdict } from './stop-watch.ts'

/** The live versions of one workflow, newest first, and where their runs are counted. */
export interface LiveRollout {
  readonly sides: readonly Side[]
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
  sides: readonly CompiledSide[],
  holding: Holding,
  { registry, putBack }: RolloutNeeds,
): LiveRollout {
  const [newer, older] = sides
  const stopWhen = newer?.definition.stop_when
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
