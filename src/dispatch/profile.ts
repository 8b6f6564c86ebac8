import type { FunctionDescriptor, FunctionTable, Task } from '../engine/functions-api.ts'
import type { Clock } from '../std/clock.ts'

/** Milliseconds of a run beside its tasks. */
export interface ProfileParts {
  /** From dispatch to answer. */
  readonly requestMs: number
  readonly workflowMs: number
  readonly traceStoreMs: number
}

interface Handled {
  readonly function: string
  readonly ms: number
}

/** Calls that a profile lists one by one; all of them count in its sums. */
const MAX_HANDLERS = 500

/** Where the time of one run went (contract 20.6). */
export class Profile {
  readonly #clock: Clock
  readonly #handled: Handled[] = []
  readonly #sums = new Map<string, { count: number; ms: number }>()
  #handlersMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The same functions with a watch. */
  timed(functions: FunctionTable): FunctionTable {
    return {
      ...functions,
      find: name => {
        const descriptor = functions.find(name)
        return descriptor && this.#timedFunction(descriptor)
      },
    }
  }

  /** The waiting for a lock of the reference is there, and is nothing. */
  report({ requestMs, workflowMs, traceStoreMs }: ProfileParts) {
    const overheadMs = Math.max(0, workflowMs - this.#handlersMs)
    const share = (ms: number) => rounded(requestMs === 0 ? 0 : (ms / requestMs) * 100)
    const phase = (name: string, ms: number) => ({ name, ms: rounded(ms), pct: share(ms) })
    return {
      version: 1,
      totals_ms: {
        request: rounded(requestMs),
        workflow: rounded(workflowMs),
        handlers: rounded(this.#handlersMs),
        trace_store: rounded(traceStoreMs),
      },
      request_total_ms: rounded(requestMs),
      handlers_total_ms: rounded(this.#handlersMs),
      workflow_total_ms: rounded(workflowMs),
      phases: [
        phase('engine_lock_wait', 0),
        phase('handlers', this.#handlersMs),
        phase('workflow_overhead', overheadMs),
        phase('trace_store', traceStoreMs),
      ],
      handlers: this.#handled.map(({ function: name, ms }) => ({
        function: name,
        duration_ms: rounded(ms),
        pct_of_workflow: rounded(workflowMs === 0 ? 0 : (ms / workflowMs) * 100),
      })),
      by_function: Object.fromEntries(
        [...this.#sums].map(([name, { count, ms }]) => [name, { count, total_ms: rounded(ms) }]),
      ),
      by_connector: {},
      breakdown_pct: {
        external_io: 0,
        workflow_overhead: share(overheadMs),
        trace_store: share(traceStoreMs),
        engine_lock_wait: 0,
      },
    }
  }

  #timedFunction(descriptor: FunctionDescriptor): FunctionDescriptor {
    return {
      ...descriptor,
      compile: (input, context) => this.#timedTask(descriptor.name, descriptor.compile(input, context)),
    }
  }

  #timedTask(name: string, task: Task): Task {
    return run => {
      const beganMs = this.#clock.monotonic()
      const done = () => this.#add(name, this.#clock.monotonic() - beganMs)
      let status: ReturnType<Task>
      try {
        status = task(run)
      } catch (error) {
        done()
        throw error
      }
      if (status instanceof Promise) return status.finally(done)
      done()
      return status
    }
  }

  #add(name: string, ms: number): void {
    this.#handlersMs += ms
    const sum = this.#sums.get(name) ?? { count: 0, ms: 0 }
    this.#sums.set(name, { count: sum.count + 1, ms: sum.ms + ms })
    if (this.#handled.length < MAX_HANDLERS) this.#handled.push({ function: name, ms })
  }
}

/** Two decimals. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
