import type { Config } from '../schema.ts'

/** What a rule may ask of the world. */
export interface RuleContext {
  fileExists(path: string): boolean
}

/** A condition that more than one key takes part in, or that a schema cannot say. */
export interface Rule {
  /** Every key it reads, the one to blame first. */
  readonly keys: readonly string[]
  /** What is wrong and what would be right; nothing when it holds. Never a secret. */
  check(config: Config, context: RuleContext): string[]
}

/** A rule with one message: `wrong` says when it applies. */
export function rule(
  keys: readonly string[],
  wrong: (config: Config, context: RuleContext) => boolean,
  message: (config: Config) => string,
): Rule {
  return { keys, check: (config, context) => (wrong(config, context) ? [message(config)] : []) }
}
