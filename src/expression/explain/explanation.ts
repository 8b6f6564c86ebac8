import type { Json } from '../../std/json.ts'

/** Why a rule came to its result: everything shortened, so that it may be shown and stored whatever the data was. */
export interface Explanation {
  /** The rule as it was written. */
  expression: Json
  /** Absent when the rule failed. */
  result?: Json
  error?: ExplainedError
  /** Why it is not true, or failed, in a sentence: `data.total > 100 is false: data.total is 9`. */
  because?: string
  /** What the variables held that were read, by their names; those of iterators stand with their step. */
  variables: Record<string, Json>
  /** The operators that were evaluated on the way, in order; absent when there is but the rule itself. */
  steps?: ExplainedStep[]
  /** Steps that are left out. */
  steps_omitted?: number
  /** Of a rule that is not true: the operand because of which it is not. */
  decided_by?: Decision
}

export interface ExplainedError {
  /** The thrown type, else the InvalidArguments text, else "Unknown Operator". */
  type: string
  message: string
  /** Where in the rule: `and[1].>[0]`; empty for the whole of it. */
  path: string
  /** What the operator that failed was given, as far as it was evaluated. */
  operands?: Operand[]
}

/** One operator within the rule. */
export interface ExplainedStep {
  path: string
  expression: Json
  result?: Json
  error?: { type: string; message: string }
  /** Inside iterators: index or key of the item, outermost first. */
  item?: (number | string)[]
  /** Inside iterators: what was read of the item. */
  variables?: Record<string, Json>
}

/** The operand that made a rule what it is. */
export interface Decision {
  path: string
  expression: Json
  result?: Json
  /** What was compared or looked at. */
  operands?: Operand[]
  /** Index or key of the item that decided in an iterator. */
  item?: (number | string)[]
  /** When no single operand decided: all that had to agree. */
  each?: Decision[]
}

export interface Operand {
  expression: Json
  value: Json
}

/** What must not be shown. */
export interface Privacy {
  /** Whether what is kept under this name is a secret. */
  hides(name: string): boolean
  /** A text without the credentials in it. */
  text(value: string): string
}

/** `type` of a result. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

export function jsonType(value: Json): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'boolean' || type === 'string' || type === 'object' ? type : 'number'
}
