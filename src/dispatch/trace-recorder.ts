import { OrionError } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import type { Store, Trace } from '../storage/store.ts'
import { traceStorageRecovered, traceWriteFailed } from '../telemetry/events.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'

/** How long storage is left alone after a probe that failed. */
const PROBE_INTERVAL_MS = 500

export interface TraceRecorder {
  /** Throws SERVICE_UNAVAILABLE while traces cannot be stored: work that leaves no trace is not begun. */
  admit(): void
  /** Stores the row; a failure is told and counted, and never rejects. */
  record(trace: Trace): Promise<void>
}

interface RecorderNeeds {
  readonly store: Pick<Store, 'traces' | 'commit'>
  readonly clock: Clock
  readonly telemetry: Telemetry
}

export function openTraceRecorder(needs: RecorderNeeds): TraceRecorder {
  return new Recorder(needs)
}

class Recorder implements TraceRecorder {
  readonly #needs: RecorderNeeds
  /** What is left of the first trace that was lost; set while traces cannot be stored. Writing it is the probe. */
  #remnant: Trace | undefined
  #probing = false
  #probeAtMs = 0

  constructor(needs: RecorderNeeds) {
    this.#needs = needs
  }

  admit(): void {
    if (this.#remnant === undefined) return
    this.#probe()
    throw new OrionError(
      'SERVICE_UNAVAILABLE',
      'Traces cannot be stored at the moment, so no new work is taken on; try again later',
      { headers: { 'retry-after': '1' } },
    )
  }

  record(trace: Trace): Promise<void> {
    return this.#store(trace).catch(error => this.#lose(trace, error))
  }

  #store(trace: Trace): Promise<void> {
    const { store } = this.#needs
    return store.commit({ statements: [store.traces.insert(trace)], durability: 'normal' })
  }

  #lose(trace: Trace, error: unknown): void {
    traceWriteFailed(this.#needs.telemetry, trace.id, error)
    if (this.#remnant !== undefined) return
    const note = 'The trace of this run could not be stored whole'
    this.#remnant = {
      ...trace,
      input_json: null,
      result_json: null,
      explain_json: null,
      answer_notes_json: null,
      error_message: trace.error_message ?? note,
    }
    this.#probeAtMs = this.#needs.clock.monotonic()
    this.#probe()
  }

  /** Tries whether storage takes writes again: at once after a loss, then when somebody asks, but not too often. */
  #probe(): void {
    const nowMs = this.#needs.clock.monotonic()
    if (this.#remnant === undefined || this.#probing || nowMs < this.#probeAtMs) return
    this.#probing = true
    this.#probeAtMs = nowMs + PROBE_INTERVAL_MS
    this.#store(this.#remnant).then(
      () => {
        this.#probing = false
        this.#remnant = undefined
        traceStorageRecovered(this.#needs.telemetry)
      },
      () => {
        this.#probing = false
      },
    )
  }
}
