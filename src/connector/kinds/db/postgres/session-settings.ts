const READ_ONLY = 'default_transaction_read_only'

/** What a server says of the settings of one session; from version 14 on it says whether a transaction may write, too. */
export class SessionSettings {
  #isSettled = false
  #isReadOnly = false
  #haveChanged = false

  /** Each statement alone is a transaction that cannot write, or the server tells that this has changed. */
  get isWatched(): boolean {
    return this.#isReadOnly
  }

  /** Somebody has changed what others rely on. */
  get haveChanged(): boolean {
    return this.#haveChanged
  }

  hear(name: string, value: string): void {
    if (this.#isSettled) this.#haveChanged = true
    else if (name === READ_ONLY) this.#isReadOnly = value === 'on'
  }

  /** The session is set up. */
  settle(): void {
    this.#isSettled = true
  }
}
