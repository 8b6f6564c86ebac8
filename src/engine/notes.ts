/** Reasons that are kept of one task. */
const MAX_NOTES = 3

/** What made the task at hand fail with a status, for traces: error entries say what the reference's do. */
export class Notes {
  #reasons: string[] | undefined = undefined

  add(reason: string): void {
    this.#reasons ??= []
    if (this.#reasons.length < MAX_NOTES) this.#reasons.push(reason)
  }

  clear(): void {
    this.#reasons = undefined
  }

  get text(): string | undefined {
    return this.#reasons?.join('; ')
  }
}
