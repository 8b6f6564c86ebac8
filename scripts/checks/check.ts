/** What one check found. `note` says on one line what was looked at; `problems` are lines of text, one each. */
export interface Finding {
  readonly note: string
  readonly problems: readonly string[]
}

/** One step of `bun run check`. */
export interface Check {
  readonly name: string
  run(): Promise<Finding>
}
