import { excerpt } from '../../../std/excerpt.ts'
import { type JsonObject, own } from '../../../std/json.ts'
import type { Evaluation } from '../evaluation.ts'
import { compilePattern } from '../pattern.ts'
import type { Build, Rule } from '../rule.ts'

/** A program this small always runs as an automaton of few states, in the same time for each character. */
const SMALL_PROGRAM = 16
const STEPS_PER_CHAR = 0.5
/** A larger one may pass all of its instructions at every character. */
const STEPS_PER_INSTRUCTION = 0.25

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
  const { instructions } = pattern
  const stepsPerChar = instructions <= SMALL_PROGRAM ? STEPS_PER_CHAR : instructions * STEPS_PER_INSTRUCTION
  return text => {
    evaluation.charge(1 + text.length * stepsPerChar)
    return pattern.matches(text)
  }
}
