/** Runs pieces of work one after another, in the order in which they came. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve()

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Resolves when everything that was in the lane is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
