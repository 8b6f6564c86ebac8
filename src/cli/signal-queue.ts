/** Signals in the order of their arrival, each for one who waits; one that comes early is kept. */
export class SignalQueue {
  readonly #arrived: string[] = []
  readonly #waiting: ((signal: string) => void)[] = []

  push(signal: string): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#arrived.push(signal)
    else waiting(signal)
  }

  async next(): Promise<string> {
    const arrived = this.#arrived.shift()
    if (arrived !== undefined) return arrived
    const { promise, resolve } = Promise.withResolvers<string>()
    this.#waiting.push(resolve)
    return promise
  }
}
