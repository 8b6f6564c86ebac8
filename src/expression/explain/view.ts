import type { Json } from '../../std/json.ts'
import type { ExpressionError } from '../expression.ts'
import type { CallNode, Node } from '../node.ts'
import type { ExplainedStep, Operand, Privacy } from './explanation.ts'
import type { Place, PlacingParser } from './places.ts'
import type { Evaluation } from './record.ts'
import { Secrets } from './secrets.ts'
import { HIDDEN, shown, shownRule } from './show.ts'
import { variableName } from './variables.ts'

/** What of the parser is needed to tell where a node was written. */
export type Places = Pick<PlacingParser, 'placeOf'>

/** Puts evaluations into the words of the rule that they belong to, without what must not be seen. */
export class View {
  private readonly places: Places
  private readonly privacy: Privacy | undefined
  private readonly secrets: Secrets | undefined
  /** Whether nothing may be shown but what is written. */
  private readonly isHidden: boolean

  constructor(places: Places, privacy: Privacy | undefined, isHidden: boolean) {
    this.places = places
    this.privacy = privacy
    this.isHidden = isHidden
    this.secrets = privacy && new Secrets(privacy)
  }

  place(node: Node): Place | undefined {
    return this.places.placeOf(node)
  }

  variableName(node: Node): string | undefined {
    return variableName(node, this.place(node))
  }

  rule(rule: Json): Json {
    return shownRule(rule, this.privacy)
  }

  /** Where it is and what is written there; nothing is written for what the compiler made. */
  expression({ node }: Evaluation): { path: string; expression: Json } {
    const place = this.place(node)
    return { path: place?.path ?? '', expression: place === undefined ? null : this.rule(place.rule) }
  }

  /** The result, or the error; neither for an evaluation that was cut off. */
  outcome(evaluation: Evaluation): Pick<ExplainedStep, 'result' | 'error'> {
    const { error, value } = evaluation
    if (error !== undefined) return { error: this.error(error, evaluation) }
    return value === undefined ? {} : { result: this.value(value, evaluation) }
  }

  /** What was made of a secret is one, too, unless it is no more than yes, no or a number. */
  value(value: Json, evaluation: Evaluation): Json {
    if (this.isHidden) return HIDDEN
    if (this.secrets === undefined || value === null) return shown(value, this.privacy)
    if (this.secrets.isSecret(evaluation)) return HIDDEN
    if (typeof value !== 'string' && typeof value !== 'object') return value
    const isDerived = this.variableName(evaluation.node) === undefined
    return isDerived && this.secrets.touchesSecret(evaluation) ? HIDDEN : shown(value, this.privacy)
  }

  /** A thrown value is as secret as what it was made of. */
  error(error: ExpressionError, evaluation: Evaluation | undefined): { type: string; message: string } {
    const { kind, type, message } = error
    const tells = kind === 'Thrown' && type !== 'NaN'
    if (
      tells &&
      (this.isHidden || (evaluation !== undefined && this.secrets?.touchesSecret(evaluation) === true))
    ) {
      return { type: 'Thrown', message: `Thrown: ${HIDDEN}` }
    }
    return { type, message: typeof message === 'string' ? message : '' }
  }

  /** The arguments as they are written, with the values of those that were evaluated. */
  operands(evaluation: Evaluation, call: CallNode): Operand[] {
    const touchesSecret = this.secrets?.touchesSecret(evaluation) === true
    return call.args.flatMap((arg, index): Operand[] => {
      if (index === call.operator.body) return []
      if (arg.kind === 'literal') {
        const value = touchesSecret && typeof arg.value === 'string' ? HIDDEN : shown(arg.value, this.privacy)
        return [{ expression: value, value }]
      }
      const part = evaluation.parts.find(({ node }) => node === arg)
      if (part?.value === undefined) return []
      const { expression } = this.expression(part)
      return [{ expression, value: this.value(part.value, part) }]
    })
  }
}
