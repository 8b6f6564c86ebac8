import type { Stopped } from '../dispatch/numbers/live-numbers.ts'
import type { Verdict } from '../dispatch/numbers/stop-watch.ts'
import type { OpenLive } from '../dispatch/open-live.ts'
import { OrionError } from '../errors.ts'
import { nextTurn } from '../std/next-turn.ts'
import { rolloutStopFailed, rolloutStopped } from '../telemetry/events.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { RolloutCatalog } from './api.ts'

interface Needs {
  readonly live: Pick<OpenLive, 'onVerdict'>
  readonly rollout: Pick<RolloutCatalog, 'putBack'>
  readonly telemetry: Telemetry
}

/** Puts back what watches judge, off the path of requests. Disposing ends it, and waits for what is under way. */
export function openRolloutStops({ live, rollout, telemetry }: Needs): AsyncDisposable {
  const underWay = new Set<Promise<unknown>>()
  let isOpen = true
  live.onVerdict(async verdict => {
    if (!isOpen) return undefined
    const work = putBack(verdict, rollout, telemetry)
    underWay.add(work)
    try {
      return await work
    } finally {
      underWay.delete(work)
    }
  })
  return {
    async [Symbol.asyncDispose]() {
      isOpen = false
      await Promise.all(underWay)
    },
  }
}

/** Undefined when it failed, or when somebody else was faster. */
async function putBack(
  verdict: Verdict,
  rollout: Pick<RolloutCatalog, 'putBack'>,
  telemetry: Telemetry,
): Promise<Stopped | undefined> {
  const told = { workflow_id: verdict.workflowId, version: verdict.newer }
  // Not in the turn of the request that tipped the scale.
  await nextTurn()
  try {
    const stopped = await rollout.putBack(verdict)
    rolloutStopped(telemetry, told, verdict.reason)
    return stopped
  } catch (error) {
    const isMoot = error instanceof OrionError && error.code === 'CONFLICT'
    if (!isMoot) rolloutStopFailed(telemetry, told, error)
    return undefined
  }
}
