import type { ExpressionError, Limits, OpsBudget } from './expression.ts'
import { budgetExceeded } from './failure.ts'

/** Characters that count as one operation when a text is scanned or made. */
const CHARS_PER_OPERATION = 5

/** Containers within containers that a value may have; deeper ones are refused before a recursion runs out of stack. */
const MAX_VALUE_DEPTH = 500

/**
 * Counts the work of one evaluation of one expression. Evaluations are synchronous, so each expression has one meter,
 * started again by every evaluation.
 */
export class Meter {
  remaining = 0
  readonly limits: Limits
  readonly opsBudget: number
  private message: OpsBudget | undefined

  constructor(limits: Limits) {
    this.limits = limits
    this.opsBudget = limits.opsBudget
  }

  /** Starts an evaluation by itself. */
  restart(): void {
    this.remaining = this.opsBudget
  }

  /** Starts an evaluation that also counts against what is left for its message; answers what it may use. */
  start(budget: OpsBudget): number {
    const { opsBudget } = this.limits
    const available = Math.min(budget.remaining, opsBudget)
    this.remaining = available
    this.message = available < opsBudget ? budget : undefined
    return available
  }

  /** Takes what was used of `available` from the budget of the message. */
  stop(budget: OpsBudget, available: number): void {
    budget.remaining -= available - this.remaining
    this.message = undefined
  }

  charge(operations: number): void {
    this.remaining -= operations
    if (this.remaining < 0) throw this.exhausted()
  }

  /** Charges for a text of this length. */
  scan(chars: number): void {
    if (chars >= CHARS_PER_OPERATION) this.charge(Math.floor(chars / CHARS_PER_OPERATION))
  }

  /** Charges for a text that is gone through letter by letter. */
  letters(count: number, operationsPerLetter: number): void {
    this.charge(Math.floor(count * operationsPerLetter))
  }

  /** Refuses a text that is too long. Joining texts copies nothing, so it costs nothing. */
  text(chars: number): void {
    if (chars > this.limits.maxResultChars) {
      throw budgetExceeded('a text is too long', this.limits.maxResultChars, 'max_result_chars')
    }
  }

  /** Refuses an array that is too long. */
  items(count: number): void {
    if (count > this.limits.maxResultItems) {
      throw budgetExceeded('an array has too many items', this.limits.maxResultItems, 'max_result_items')
    }
  }

  /** Refuses a value that is nested too deep. */
  depth(levels: number): void {
    if (levels > MAX_VALUE_DEPTH)
      throw budgetExceeded('a value is nested too deep', MAX_VALUE_DEPTH, 'levels')
  }

  private exhausted(): ExpressionError {
    const message = this.message
    return message !== undefined
      ? budgetExceeded('the message needs too many operations', message.limit, 'message_ops_budget')
      : budgetExceeded('the expression needs too many operations', this.limits.opsBudget, 'ops_budget')
  }
}
