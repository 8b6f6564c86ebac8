import type { Json } from '../std/json.ts'

/** Bounds of one rule and of one evaluation; a message bounds its evaluations together by an {@link OpsBudget}. */
export interface Limits {
  /** Nesting of a rule, checked when it is compiled. */
  maxLogicDepth: number
  /** Nodes of a rule, checked when it is compiled. */
  maxLogicNodes: number
  /** Operations of one evaluation. */
  opsBudget: number
  /** Characters of one text that an operator makes. */
  maxResultChars: number
  /** Items of one array that an operator makes. */
  maxResultItems: number
}

/** The bounds of `[engine]` when nothing is configured. */
export const defaultLimits: Limits = {
  maxLogicDepth: 256,
  maxLogicNodes: 10_000,
  opsBudget: 1_000_000,
  maxResultChars: 4_000_000,
  maxResultItems: 100_000,
}

/** What is left for all evaluations of one message; each evaluation takes what it used. */
export interface OpsBudget {
  remaining: number
  /** The whole budget, for the text of the error. */
  readonly limit: number
}

/** A compiled rule. Evaluating neither reads a clock (but for `now`) nor does I/O; it never changes `data`. */
export interface Expression {
  /**
   * Throws ExpressionError when the rule fails on this data, and of kind BudgetExceeded when it needs more than the
   * limits or `budget` allow. The result may share parts with `data` and with the rule: write to it by copying.
   */
  evaluate(data: Json, budget?: OpsBudget): Json
  /**
   * Dotted paths from the root of `data` that the rule may read (each with everything under it), or `'any'` when they
   * depend on data. `['']` reads the whole root. Scope-relative reads inside iterators do not count.
   */
  readonly reads: readonly string[] | 'any'
}

export type ExpressionErrorKind =
  | 'InvalidOperator'
  | 'InvalidArguments'
  | 'Thrown'
  | 'ConfigurationError'
  | 'BudgetExceeded'

/** Why a rule does not compile or failed; `message` is the reference's text ("Invalid arguments: NaN"). */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  readonly kind: ExpressionErrorKind
  /** The value of a Thrown error. */
  readonly thrown: Json | undefined

  constructor(kind: ExpressionErrorKind, message: string, thrown?: Json) {
    super(message)
    this.kind = kind
    this.thrown = thrown
  }

  /** What the suites call `error.type`: the thrown type, else the InvalidArguments text, else "Unknown Operator". */
  get type(): string {
    if (this.kind === 'InvalidOperator') return 'Unknown Operator'
    const thrown = this.thrown
    if (
      typeof thrown === 'object' &&
      thrown !== null &&
      !Array.isArray(thrown) &&
      typeof thrown.type === 'string'
    ) {
      return thrown.type
    }
    return this.message.replace(/^Invalid arguments: /, '')
  }
}
