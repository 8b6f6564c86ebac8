/** Something outside of its message that a call can touch, as far as the text of its input tells. */
export interface Effect extends EffectTarget {
  /** What of it an expression says: absent above, and never guessed. */
  readonly dynamic: readonly (keyof EffectTarget)[]
}

export interface EffectTarget {
  /** What is done there: `GET`, `select`, `publish`, `invalidate`. */
  readonly operation?: string
  /** Name of the connector. */
  readonly connector?: string
  readonly host?: string
  readonly table?: string
  readonly topic?: string
  /** Of cached answers. */
  readonly namespace?: string
  /** Name of the channel that is called. */
  readonly channel?: string
}
