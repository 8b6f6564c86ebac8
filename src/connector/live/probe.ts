import type { Clock } from '../../std/clock.ts'
import { ConnectorError, type ConnectStage } from '../failure.ts'
import type { Closable, ConnectorKind } from '../kinds/kind.ts'

/** What came of really connecting. */
export interface ProbeReport {
  readonly reachable: boolean
  /** Whether this version connects to such a system at all. */
  readonly supported: boolean
  /** Where it failed; null when it did not, or when that is not known. */
  readonly stage: ConnectStage | null
  /** In words; no credentials. */
  readonly message: string
  readonly duration_ms: number
}

/** How long a far side may take to show that it is there. */
export const PROBE_MS = 10_000
/** What a client that is told to stop has to say where it stood. */
const LAST_WORDS_MS = 100

interface ProbeNeeds {
  readonly clock: Clock
  readonly limitMs: number
  /** Given the client of the probe when it is over. */
  readonly close: (client: Closable) => void
}

export function notReached(message: string, isSupported = true): ProbeReport {
  return { reachable: false, supported: isSupported, stage: null, message, duration_ms: 0 }
}

/** Connects anew and asks; never takes longer than its limit. What the kind rejects with that is no ConnectorError is a defect. */
export async function probe<Client extends Closable>(
  kind: ConnectorKind<Client>,
  open: () => Client,
  needs: ProbeNeeds,
): Promise<ProbeReport> {
  const { clock, limitMs } = needs
  const beganMs = clock.monotonic()
  const ended = (reachable: boolean, stage: ConnectStage | null, message: string): ProbeReport => {
    const duration_ms = Math.round((clock.monotonic() - beganMs) * 10) / 10
    return { reachable, supported: true, stage, message, duration_ms }
  }
  const tooLate = `no answer within ${limitMs / 1000} s`
  using limit = deadline(limitMs)
  try {
    const client = open()
    try {
      const asked = kind.probe(client, limit.signal).then(found => ({ found }))
      const first = await Promise.race([asked, limit.over])
      if (first === 'over') return ended(false, null, tooLate)
      return ended(true, null, first.found ?? 'it answers')
    } finally {
      needs.close(client)
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error
    const why = error.note ?? error.message
    return ended(false, error.stage ?? null, limit.signal.aborted ? `${tooLate}: ${why}` : why)
  }
}

interface Deadline extends Disposable {
  readonly signal: AbortSignal
  /** Comes a little after the signal. */
  readonly over: Promise<'over'>
}

function deadline(limitMs: number): Deadline {
  const stop = new AbortController()
  const { promise: over, resolve } = Promise.withResolvers<'over'>()
  const last = setTimeout(() => resolve('over'), limitMs + LAST_WORDS_MS)
  const first = setTimeout(() => stop.abort(), limitMs)
  return {
    signal: stop.signal,
    over,
    [Symbol.dispose]() {
      clearTimeout(first)
      clearTimeout(last)
    },
  }
}
