import type { OpsBudget } from '../expression/expression.ts'
import { isObject, type Json } from '../std/json.ts'
import { ROOTS } from './context.ts'
import { budgetExceeded } from './engine-error.ts'
import type { Context } from './message.ts'

/** Items of a list that are copied in the time of one operation. */
const ITEMS_PER_OPERATION = 16
/** Nulls that are put before an index in the time of one operation. */
const NULLS_PER_OPERATION = 4
/** Characters that are written, as JSON, XML or a line of the log, in the time of one operation. */
const WRITTEN_CHARS_PER_OPERATION = 16
/** Characters that are read as JSON or XML. */
const READ_CHARS_PER_OPERATION = 2

/** Operations of an entry in the list of errors, beside those for its text. */
const OPERATIONS_PER_ERROR = 100

/** What keeping an error and writing it into the answer costs. */
export function operationsOfError(message: string): number {
  return OPERATIONS_PER_ERROR + Math.floor(message.length / WRITTEN_CHARS_PER_OPERATION)
}

/** Takes what a task does beside its expressions from the budget of its message. Throws BUDGET_EXCEEDED, also for nothing when there is none left. */
export function spend(budget: OpsBudget, operations: number): void {
  budget.remaining -= operations
  if (budget.remaining >= 0) return
  throw budgetExceeded(
    `Budget exceeded: the message needs too many operations (message_ops_budget = ${budget.limit})`,
  )
}

export function spendWriting(budget: OpsBudget, chars: number): void {
  spend(budget, Math.floor(chars / WRITTEN_CHARS_PER_OPERATION))
}

export function spendReading(budget: OpsBudget, chars: number): void {
  spend(budget, Math.floor(chars / READ_CHARS_PER_OPERATION))
}

export function spendPadding(budget: OpsBudget, nulls: number): void {
  spend(budget, Math.floor(nulls / NULLS_PER_OPERATION))
}

/** Spends what a copy of the value, one level deep, costs; gives how many entries it has. */
export function spendCopy(budget: OpsBudget, value: Json | readonly Json[]): number {
  if (isList(value)) {
    spend(budget, Math.floor(value.length / ITEMS_PER_OPERATION))
    return value.length
  }
  if (!isObject(value)) return 0
  const count = keyCount(value)
  spend(budget, count)
  return count
}

/** Spends what a copy of the roots of a context costs. */
export function spendSnapshot(budget: OpsBudget, context: Context): void {
  for (const root of ROOTS) spendCopy(budget, context[root])
}

function isList(value: Json | readonly Json[]): value is readonly Json[] {
  return Array.isArray(value)
}

function keyCount(object: object): number {
  let count = 0
  for (const _key in object) count++
  return count
}
