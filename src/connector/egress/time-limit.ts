/** The time of one piece of work, which ends with its owner's signal at the latest. */
export class TimeLimit implements Disposable {
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #outer: AbortSignal | undefined
  readonly #end = () => this.#over()
  #isOver = false
  #leave: (() => void) | undefined
  #controller: AbortController | undefined

  constructor(ms: number, outer?: AbortSignal) {
    this.#timer = setTimeout(this.#end, ms)
    this.#outer = outer
    outer?.addEventListener('abort', this.#end, { once: true })
    if (outer?.aborted) this.#isOver = true
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Made for who asks: most work never does. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isOver) this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** What is called when the time is over; one at a time. */
  set onEnd(leave: (() => void) | undefined) {
    this.#leave = leave
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#end)
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#controller?.abort()
    this.#leave?.()
  }
}
