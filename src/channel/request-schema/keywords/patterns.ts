import { excerpt } from '../../../std/excerpt.ts'
import { type JsonObject, own } from '../../../std/json.ts'
import type { Evaluation } from '../evaluation.ts'
import { compilePattern } from '../pattern.ts'
import type { Build, Rule } from '../rule.ts'

/** Instructions times characters that count as one step. */
const WORK_PER_STEP = 16

/** `pattern`. */
export function patterns(schema: JsonObject, { evaluation }: Build): Rule | undefined {
  const source = own(schema, 'pattern')
  if (typeof source !== 'string') return undefined
  const matches = search(source, evaluation)
  const expected = `a text that matches ${excerpt(source)}`
  return {
    test: value => typeof value !== 'string' || matches(value),
    explain: (value, path, report) => report.mismatch(path, 'INVALID_FORMAT', expected, value),
  }
}

/** A search for a pattern that is charged for what it may take at most. */
export function search(source: string, evaluation: Evaluation): (text: string) => boolean {
  const pattern = compilePattern(source)
  return text => {
    evaluation.charge(1 + (text.length * pattern.instructions) / WORK_PER_STEP)
    return pattern.matches(text)
  }
}
