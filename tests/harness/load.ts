/** A closed loop: each of `connections` workers sends its next request when its last one is answered. */
export interface LoadPlan<Outcome> {
  readonly connections: number
  /** Sends request number `n` (from 0) and answers what came of it. A throw is counted, and the worker goes on. */
  send(n: number): Promise<Outcome>
  /** Ends after so many requests... */
  readonly total?: number
  /** ...or when this aborts; the requests in flight then end first. */
  readonly signal?: AbortSignal
  /** Ends at the first throw, as when the server was killed. */
  readonly stopAtFailure?: boolean
}

export interface LoadReport<Outcome> {
  readonly outcomes: readonly Outcome[]
  readonly failures: readonly LoadFailure[]
}

export interface LoadFailure {
  readonly n: number
  readonly error: unknown
}

/** Drives a load to its end. It needs a bound: `total`, `signal` or `stopAtFailure`. */
export async function runLoad<Outcome>(plan: LoadPlan<Outcome>): Promise<LoadReport<Outcome>> {
  const { connections, total = Number.POSITIVE_INFINITY, signal, stopAtFailure = false } = plan
  if (total === Number.POSITIVE_INFINITY && signal === undefined && !stopAtFailure) {
    throw new Error('A load needs an end: total, signal or stopAtFailure')
  }
  const outcomes: Outcome[] = []
  const failures: LoadFailure[] = []
  let next = 0

  function ended(): boolean {
    return next >= total || signal?.aborted === true || (stopAtFailure && failures.length > 0)
  }

  async function worker(): Promise<void> {
    while (!ended()) {
      const n = next++
      try {
        outcomes.push(await plan.send(n))
      } catch (error) {
        failures.push({ n, error })
      }
    }
  }

  await Promise.all(Array.from({ length: connections }, worker))
  return { outcomes, failures }
}
