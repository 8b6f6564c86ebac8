import type { Json, JsonObject } from '../../std/json.ts'
import type { Evaluation } from './evaluation.ts'

/** What remembering a value costs, beside writing it out. */
const STEPS_PER_CLAIM = 4

/** Characters that count as one step. */
const CHARS_PER_STEP = 16

/**
 * A number for each of many JSON values, where two values are one that JSON Schema takes for equal: objects whatever the order of their
 * keys, 1 and 1.0, an integer and the double that equals it. Looking up costs what the value is long, however many there are.
 */
export class ValueTable {
  private readonly scalars = new Map<Json, number>()
  private readonly texts = new Map<string, number>()
  private readonly evaluation: Evaluation

  constructor(evaluation: Evaluation) {
    this.evaluation = evaluation
  }

  get(value: Json): number | undefined {
    if (typeof value !== 'object' || value === null) return this.scalars.get(exactScalar(value))
    return this.texts.size === 0 ? undefined : this.texts.get(canonicalText(value, this.evaluation))
  }

  /** Remembers the number of a value; answers the one that an equal value has already, and keeps that. */
  claim(value: Json, number: number): number | undefined {
    this.evaluation.charge(STEPS_PER_CLAIM)
    const isScalar = typeof value !== 'object' || value === null
    const table: Map<Json, number> = isScalar ? this.scalars : this.texts
    const key = isScalar ? exactScalar(value) : canonicalText(value, this.evaluation)
    const earlier = table.get(key)
    if (earlier === undefined) table.set(key, number)
    return earlier
  }
}

type Scalar = Exclude<Json, Json[] | JsonObject>

/** A double beyond 2^53 as the integer that it is, so that it meets the integers written in full. */
function exactScalar(value: Scalar): Scalar {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  return Number.isFinite(value) ? BigInt(value) : value
}

/** A text that two values share exactly when they are equal. */
function canonicalText(value: Json, evaluation: Evaluation): string {
  evaluation.charge(2)
  if (typeof value === 'string') {
    evaluation.charge(value.length / CHARS_PER_STEP)
    return JSON.stringify(value)
  }
  if (typeof value !== 'object' || value === null) return scalarText(value)
  evaluation.enter()
  const text = Array.isArray(value)
    ? `[${value.map(item => canonicalText(item, evaluation)).join(',')}]`
    : objectText(value, evaluation)
  evaluation.leave()
  return text
}

function objectText(value: JsonObject, evaluation: Evaluation): string {
  const parts = Object.keys(value)
    .sort()
    .map(key => {
      evaluation.charge(key.length / CHARS_PER_STEP)
      return `${JSON.stringify(key)}:${canonicalText(value[key] ?? null, evaluation)}`
    })
  return `{${parts.join(',')}}`
}

/** Integers in a base of two, which takes as long as they are long. */
function scalarText(value: Exclude<Scalar, string>): string {
  const exact = exactScalar(value)
  if (typeof exact === 'bigint') return `${exact.toString(32)}n`
  return exact === 0 ? '0' : String(exact)
}
