import type { Json } from '../../std/json.ts'
import type { Resource } from './document.ts'
import type { Evaluation } from './evaluation.ts'
import type { Report } from './report.ts'
import type { Marks, Rule } from './rule.ts'

/** A schema of another resource, which the dynamic scope has from here on. */
export class Entrance implements Rule {
  private readonly rule: Rule
  private readonly resource: Resource
  private readonly evaluation: Evaluation

  constructor(rule: Rule, resource: Resource, evaluation: Evaluation) {
    this.rule = rule
    this.resource = resource
    this.evaluation = evaluation
  }

  test(value: Json): boolean {
    const { scope } = this.evaluation
    scope.push(this.resource)
    const fits = this.rule.test(value)
    scope.pop()
    return fits
  }

  explain(value: Json, path: string, report: Report): void {
    const { scope } = this.evaluation
    scope.push(this.resource)
    this.rule.explain(value, path, report)
    scope.pop()
  }

  mark(value: Json, marks: Marks): void {
    const { scope } = this.evaluation
    scope.push(this.resource)
    this.rule.mark?.(value, marks)
    scope.pop()
  }
}

/** `$dynamicRef`: the schema of the outermost resource in scope that has one under this name. */
export class DynamicReference implements Rule {
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
