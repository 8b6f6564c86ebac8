import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { spelled } from '../glimpse.ts'
import { multipleOf } from '../multiple.ts'
import type { Build, Rule } from '../rule.ts'

/** A bound, and whether a number keeps it. Doubles and bigints compare by value. */
const BOUNDS = [
  { keyword: 'minimum', words: 'at least', keeps: (value: Numeric, bound: Numeric) => value >= bound },
  { keyword: 'maximum', words: 'at most', keeps: (value: Numeric, bound: Numeric) => value <= bound },
  { keyword: 'exclusiveMinimum', words: 'above', keeps: (value: Numeric, bound: Numeric) => value > bound },
  { keyword: 'exclusiveMaximum', words: 'below', keeps: (value: Numeric, bound: Numeric) => value < bound },
]

type Numeric = number | bigint

/** Steps of a division in decimal. */
const STEPS_PER_DIVISION = 4

/** `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum`: one rule for each that is there. */
export function bounds(schema: JsonObject): Rule[] {
  return BOUNDS.flatMap(({ keyword, words, keeps }) => {
    const bound = own(schema, keyword)
    if (!isNumeric(bound)) return []
    const expected = `${words} ${spelled(bound)}`
    return [
      {
        test: value => !isNumeric(value) || keeps(value, bound),
        explain: (value, path, report) => report.mismatch(path, 'OUT_OF_RANGE', expected, value),
      } satisfies Rule,
    ]
  })
}

/** `multipleOf`. */
export function multiples(schema: JsonObject, { evaluation }: Build): Rule | undefined {
  const divisor = own(schema, 'multipleOf')
  if (!isNumeric(divisor)) return undefined
  const isMultiple = multipleOf(divisor)
  const expected = `a multiple of ${spelled(divisor)}`
  return {
    test: value => {
      if (!isNumeric(value)) return true
      evaluation.charge(STEPS_PER_DIVISION)
      return isMultiple(value)
    },
    explain: (value, path, report) => report.mismatch(path, 'INVALID_FORMAT', expected, value),
  }
}

function isNumeric(value: Json | undefined): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint'
}
