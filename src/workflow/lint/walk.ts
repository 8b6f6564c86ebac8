import { analyze } from '../../expression/analysis.ts'
import { partsOf } from '../../expression/lint/parts.ts'
import type { PlacedExpression } from '../../expression/lint/placed-expression.ts'
import { type Json, own } from '../../std/json.ts'
import { outerPath, pathWithin } from '../../std/json-positions.ts'
import { type LogicField, logicFields } from '../logic-fields.ts'
import { SECRET_OPERATOR } from '../secret-operator.ts'
import { callsOut } from '../task-check.ts'
import type { Touch } from '../touch.ts'
import type { Call, Step } from './steps.ts'
import type { FlowEvent, LintNeeds } from './subject.ts'

const WITH_SECRETS: ReadonlySet<string> = new Set([SECRET_OPERATOR])

type Expected = ReadonlySet<string> | undefined

/**
 * Collects what a workflow holds while it is walked in the order of its run. Generators pause after each expression, so
 * that others may have their turn in a large workflow.
 */
export class Walk {
  readonly expressions: PlacedExpression[] = []
  readonly flow: FlowEvent[] = []
  readonly #needs: LintNeeds

  constructor(needs: LintNeeds) {
    this.#needs = needs
  }

  *steps(steps: readonly Step[]): Generator<void> {
    for (const step of steps) {
      const noun = step.call === undefined ? 'group' : 'task'
      this.rule(`${step.path}.condition`, own(step.written, 'condition'), `the condition of the ${noun}`)
      yield
      yield* this.steps(step.members)
      if (step.call !== undefined) yield* this.#call(step.call)
    }
  }

  rule(path: string, rule: Json | undefined, condition?: string): void {
    if (rule !== undefined) this.#expression({ path, rule, mode: 'template', mustBeTrue: false }, condition)
  }

  write(path: string | undefined, at: string): void {
    this.flow.push({ kind: 'write', path, at })
  }

  writesOf({ call }: Step): void {
    if (call === undefined) return
    for (const touch of this.#touches(call)) if (touch.kind === 'write') this.#touch(call, touch)
  }

  /** The expressions beside a path that is written are evaluated before it is written. */
  *#call(call: Call): Generator<void> {
    const { inputPath, input, name } = call
    const known = this.#needs.functions.find(name)
    const fields = known === undefined ? [] : logicFields(known.input, input, inputPath)
    const more = known !== undefined && callsOut(known) ? WITH_SECRETS : undefined
    let next = 0
    for (const touch of this.#touches(call)) {
      const beside = outerPath(`${inputPath}.${touch.field}`)
      for (let field = fields[next]; field?.path.startsWith(`${beside}.`); field = fields[++next]) {
        this.#field(field, more)
        yield
      }
      this.#touch(call, touch)
    }
    for (const field of fields.slice(next)) {
      this.#field(field, more)
      yield
    }
  }

  #touches({ name, input }: Call): readonly Touch[] {
    const known = this.#needs.functions.find(name)
    // A function that is not known here may write anywhere.
    return known === undefined
      ? [{ kind: 'write', field: '', path: undefined }]
      : (known.touches?.(input) ?? [])
  }

  #touch({ inputPath }: Call, { kind, field, path }: Touch): void {
    const at = `${inputPath}.${field}`
    if (kind === 'read') this.flow.push({ kind, path, at, operator: undefined })
    else this.write(path, at)
  }

  #field(field: LogicField, more: Expected): void {
    this.#expression(field, field.mustBeTrue ? 'the expression' : undefined, more)
  }

  #expression({ path, rule, mode }: LogicField, condition: string | undefined, more?: Expected): void {
    const analysis = analyze(rule, { mode, limits: this.#needs.limits })
    const parts = partsOf(path, rule)
    this.expressions.push({
      path,
      rule,
      mode,
      condition,
      analysis,
      parts,
      ...(more && { moreOperators: more }),
    })
    for (const read of analysis?.reads ?? []) {
      if (read.inBody || read.path === undefined) continue
      this.flow.push({
        kind: 'read',
        path: read.path,
        at: pathWithin(path, read.at),
        operator: read.operator,
      })
    }
  }
}
