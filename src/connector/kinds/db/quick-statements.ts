/** Longer than this, a statement is not quick. */
const QUICK_MS = 20
/** Times in a row that a statement has to be quick. */
const SURE_AFTER = 16
const MAX_STATEMENTS = 1000

/** Which statements have been quick of late, so that others may be sent behind them. */
export class QuickStatements {
  readonly #quick = new Map<string, number>()

  isQuick(query: string): boolean {
    return (this.#quick.get(query) ?? 0) >= SURE_AFTER
  }

  took(query: string, ms: number): void {
    const [oldest] = this.#quick.keys()
    const known = this.#quick.get(query)
    if (known === undefined && this.#quick.size >= MAX_STATEMENTS && oldest !== undefined)
      this.#quick.delete(oldest)
    if (ms > QUICK_MS) this.#quick.set(query, 0)
    else if (known === undefined || known < SURE_AFTER) this.#quick.set(query, (known ?? 0) + 1)
  }
}
