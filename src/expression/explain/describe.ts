import { type Json, setOwn } from '../../std/json.ts'
import type { ExpressionError } from '../expression.ts'
import { isTruthy } from '../truth.ts'
import { decisionOf } from './decide.ts'
import type { ExplainedError, ExplainedStep, Explanation } from './explanation.ts'
import type { Evaluation } from './record.ts'
import { decisionText, failureText } from './sentence.ts'
import type { View } from './view.ts'

const MAX_STEPS = 30
const MAX_VARIABLES = 40

export type Outcome = { readonly value: Json } | { readonly error: ExpressionError }

/** Everything that is told of one evaluation of a rule. `root` is undefined for a rule that is a constant. */
export function describe(
  rule: Json,
  root: Evaluation | undefined,
  outcome: Outcome,
  view: View,
): Explanation {
  const report = new Report(view)
  if (root !== undefined) report.tell(root)
  const { variables, steps, omitted } = report
  return {
    expression: view.rule(rule),
    ...verdict(rule, root, outcome, view),
    variables,
    ...(steps.length > 0 && { steps }),
    ...(omitted > 0 && { steps_omitted: omitted }),
  }
}

/** What came out, and of what is not true, why. */
function verdict(
  rule: Json,
  root: Evaluation | undefined,
  outcome: Outcome,
  view: View,
): Pick<Explanation, 'result' | 'error' | 'because' | 'decided_by'> {
  if ('error' in outcome) {
    const { error, expression } = errorOf(rule, root, outcome.error, view)
    return { error, because: failureText(error, expression) }
  }
  const { value } = outcome
  if (root === undefined) return { result: view.rule(value) }
  const result = view.value(value, root)
  if (!isUntrue(root, value)) return { result }
  const decision = decisionOf(root, view)
  return { result, because: decisionText(decision), decided_by: decision }
}

/** An error with the innermost part of the rule that it went through. */
function errorOf(
  rule: Json,
  root: Evaluation | undefined,
  error: ExpressionError,
  view: View,
): { error: ExplainedError; expression: Json } {
  let place = { rule, path: '' }
  let origin = root
  for (
    let failing = root;
    failing !== undefined;
    failing = failing.parts.find(part => part.error === error)
  ) {
    place = view.place(failing.node) ?? place
    origin = failing
  }
  const operands = origin?.node.kind === 'call' ? view.operands(origin, origin.node) : []
  return {
    error: { ...view.error(error, root), path: place.path, ...(operands.length > 0 && { operands }) },
    expression: view.rule(place.rule),
  }
}

/** Whether the rule said no: a false, or the null, 0 or "" that made `and` or `or` give up. */
function isUntrue({ node }: Evaluation, value: Json): boolean {
  if (isTruthy(value)) return false
  const name = node.kind === 'call' ? node.operator.name : ''
  return value === false || name === 'and' || name === 'or'
}

type Variables = Record<string, Json>

/** Variables and steps of a rule, in the order in which they were evaluated. */
class Report {
  readonly variables: Variables = {}
  readonly steps: ExplainedStep[] = []
  omitted = 0
  private readonly view: View

  constructor(view: View) {
    this.view = view
  }

  /** The rule itself is no step. */
  tell(root: Evaluation): void {
    if (!this.tellVariable(root, this.variables)) this.tellParts(root, this.variables, [])
  }

  private tellParts({ parts }: Evaluation, variables: Variables, item: readonly (number | string)[]): void {
    for (const part of parts) {
      if (part.item === undefined) this.tellPart(part, variables, item)
      else this.tellItem(part, [...item, part.item])
    }
  }

  private tellPart(part: Evaluation, variables: Variables, item: readonly (number | string)[]): void {
    if (this.tellVariable(part, variables)) return
    this.tellParts(part, variables, item)
    if (part.node.kind === 'call' || part.node.kind === 'unknown') this.addStep(part, item)
  }

  /** One round of an iterator, with what it read of its item. */
  private tellItem(part: Evaluation, item: readonly (number | string)[]): void {
    const variables: Variables = {}
    if (!this.tellVariable(part, variables)) this.tellParts(part, variables, item)
    this.addStep(part, item, variables)
  }

  private tellVariable(part: Evaluation, variables: Variables): boolean {
    const name = this.view.variableName(part.node)
    if (name === undefined) return false
    const { value } = part
    const isRoom = Object.hasOwn(variables, name) || Object.keys(variables).length < MAX_VARIABLES
    if (value !== undefined && isRoom) setOwn(variables, name, this.view.value(value, part))
    // The parts of a computed path, and the rule that stands in for an absent one.
    for (const inner of part.parts) this.tellPart(inner, variables, [])
    return true
  }

  private addStep(part: Evaluation, item: readonly (number | string)[], variables: Variables = {}): void {
    if (this.steps.length >= MAX_STEPS) {
      this.omitted++
      return
    }
    this.steps.push({
      ...this.view.expression(part),
      ...this.view.outcome(part),
      ...(item.length > 0 && { item: [...item] }),
      ...(Object.keys(variables).length > 0 && { variables }),
    })
  }
}
