import type { Json } from '../../std/json.ts'
import type { Evaluation } from './evaluation.ts'
import type { Report } from './report.ts'
import type { Marks, Rule } from './rule.ts'

/** One schema of the document. Its rules are set after it exists, because schemas refer to each other. */
export class Subschema implements Rule {
  readonly looks = true
  rules: readonly Rule[] = []
  private readonly evaluation: Evaluation

  constructor(evaluation: Evaluation) {
    this.evaluation = evaluation
  }

  test(value: Json): boolean {
    const { evaluation, rules } = this
    evaluation.enter()
    let fits = true
    for (let at = 0; at < rules.length && fits; at++) fits = rules[at]?.test(value) ?? true
    evaluation.leave()
    return fits
  }

  explain(value: Json, path: string, report: Report): void {
    this.evaluation.charge(1)
    for (const rule of this.rules) {
      if (report.isFull) break
      if (rule.looks || !rule.test(value)) rule.explain(value, path, report)
    }
  }

  mark(value: Json, marks: Marks): void {
    this.evaluation.charge(1)
    for (const rule of this.rules) rule.mark?.(value, marks)
  }
}
