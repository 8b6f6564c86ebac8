import type { RunControl } from './run-api.ts'

/** Stops one run; most runs never make a signal. */
export class RunStop implements RunControl {
  stopped = false
  /** Whether a task has begun that does something which a second run would do again. */
  hasEffect = false
  readonly #tellEffect: (() => void) | undefined
  readonly #gone: (() => AbortSignal | undefined) | undefined
  #controller: AbortController | undefined

  /**
   * `gone` gives the signal of the caller, who may leave; asked when the first task waits. `tellEffect` is told what
   * {@link RunStop.hasEffect} says.
   */
  constructor(gone?: () => AbortSignal | undefined, tellEffect?: () => void) {
    this.#gone = gone
    this.#tellEffect = tellEffect
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
    this.#tellEffect?.()
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
