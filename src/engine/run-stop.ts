import type { RunControl } from './run-api.ts'

/** Stops one run; most runs never make a signal. */
export class RunStop implements RunControl {
  stopped = false
  /** Whether a task has begun that does something which a second run would do again. */
  hasEffect = false
  readonly #gone: (() => AbortSignal | undefined) | undefined
  #controller: AbortController | undefined

  /** `gone` gives the signal of the caller, who may leave; asked when the first task waits. */
  constructor(gone?: () => AbortSignal | undefined) {
    this.#gone = gone
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#open()
    return this.#controller.signal
  }

  stop(): void {
    this.stopped = true
    this.#controller?.abort()
  }

  effectBegins(): void {
    this.hasEffect = true
  }

  #open(): AbortController {
    const controller = new AbortController()
    if (this.stopped) controller.abort()
    const gone = this.#gone?.()
    if (gone?.aborted) controller.abort()
    gone?.addEventListener('abort', () => controller.abort(), { once: true })
    return controller
  }
}
