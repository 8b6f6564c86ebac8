import type { Json } from '../../std/json.ts'
import type { Resource } from './document.ts'
import type { Evaluation } from './evaluation.ts'
import type { Report } from './report.ts'
import type { Marks, Rule } from './rule.ts'

/** A schema of another resource, which the dynamic scope has from here on. */
export class Entrance implements Rule {
  readonly looks = true
  private readonly rule: Rule
  private readonly resource: Resource
  private readonly evaluation: Evaluation

  constructor(rule: Rule, resource: Resource, evaluation: Evaluation) {
    this.rule = rule
    this.resource = resource
    this.evaluation = evaluation
  }

  test(value: Json): boolean {
    return this.within(rule => rule.test(value))
  }

  explain(value: Json, path: string, report: Report): void {
    this.within(rule => rule.explain(value, path, report))
  }

  mark(value: Json, marks: Marks): void {
    this.within(rule => rule.mark?.(value, marks))
  }

  private within<Result>(apply: (rule: Rule) => Result): Result {
    const { scope } = this.evaluation
    scope.push(this.resource)
    const result = apply(this.rule)
    scope.pop()
    return result
  }
}

/** `$dynamicRef`: the schema of the outermost resource in scope that has one under this name. */
export class DynamicReference implements Rule {
  readonly looks = true
  private readonly targets: ReadonlyMap<Resource, Rule>
  private readonly evaluation: Evaluation
  private readonly otherwise: Rule

  constructor(targets: ReadonlyMap<Resource, Rule>, otherwise: Rule, evaluation: Evaluation) {
    this.targets = targets
    this.otherwise = otherwise
    this.evaluation = evaluation
  }

  test(value: Json): boolean {
    return this.target().test(value)
  }

  explain(value: Json, path: string, report: Report): void {
    this.target().explain(value, path, report)
  }

  mark(value: Json, marks: Marks): void {
    this.target().mark?.(value, marks)
  }

  private target(): Rule {
    for (const resource of this.evaluation.scope) {
      this.evaluation.charge(1)
      const target = this.targets.get(resource)
      if (target !== undefined) return target
    }
    return this.otherwise
  }
}
