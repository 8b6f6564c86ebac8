import { type Clock, systemClock } from '../../std/clock.ts'
import type { Json } from '../../std/json.ts'
import { ClosureBuilder } from '../build.ts'
import { assemble, type CompileOptions } from '../compile.ts'
import { type Expression, ExpressionError, type OpsBudget } from '../expression.ts'
import { Meter } from '../meter.ts'
import { operatorsByName } from '../operators/index.ts'
import { describe, type Outcome } from './describe.ts'
import type { Explanation, Privacy } from './explanation.ts'
import { PlacingParser } from './places.ts'
import { RecordingBuilder } from './recording-builder.ts'
import { View } from './view.ts'

export interface ExplainOptions extends CompileOptions {
  readonly clock?: Clock
  /** What explanations leave out; without it they show everything. */
  readonly privacy?: Privacy | undefined
}

export interface Audience {
  /** Asked before each evaluation: whether to explain it. */
  wants(): boolean
  /** Told after each evaluation that was wanted, also of one that failed. */
  tell(explanation: Explanation): void
}

/**
 * A rule that explains itself whenever it is evaluated. It gives what the same rule gives otherwise, fails alike and is
 * bounded alike, but is far slower. Throws what `compile` throws.
 */
export function compileExplained(rule: Json, options: ExplainOptions, audience: Audience): Expression {
  return new Explained(rule, new Tools(options), options.privacy, audience)
}

/** What became of a rule and its data. */
export type Attempt =
  /** It does not compile: where it is wrong, as deep as it is known. */
  | { readonly refused: ExpressionError; readonly path: string }
  | { readonly outcome: Outcome; readonly explanation: Explanation }

/** The same, once: what a rule makes of `data`, and why. */
export function explain(rule: Json, data: Json, options: ExplainOptions): Attempt {
  const told: Explanation[] = []
  const audience = { wants: () => true, tell: (explanation: Explanation) => told.push(explanation) }
  const tools = new Tools(options)
  let expression: Expression
  try {
    expression = new Explained(rule, tools, options.privacy, audience)
  } catch (error) {
    if (error instanceof ExpressionError) return { refused: error, path: tools.parser.failedAt ?? '' }
    throw error
  }
  const outcome = outcomeOf(() => expression.evaluate(data))
  const [explanation] = told
  if (explanation === undefined) throw new Error('Each evaluation is explained')
  return { outcome, explanation }
}

/** A reader that knows where it is, and a builder that records. */
class Tools {
  readonly parser: PlacingParser
  readonly builder: RecordingBuilder

  constructor({ mode, limits, clock = systemClock, operators = operatorsByName }: ExplainOptions) {
    const meter = new Meter(limits)
    const folder = new ClosureBuilder(meter, clock)
    this.builder = new RecordingBuilder(meter, clock)
    this.parser = new PlacingParser({ mode, limits, operators, folder })
  }
}

class Explained implements Expression {
  readonly reads: Expression['reads']
  private readonly rule: Json
  private readonly tools: Tools
  private readonly isHidden: boolean
  private readonly expression: Expression
  private readonly privacy: Privacy | undefined
  private readonly audience: Audience

  constructor(rule: Json, tools: Tools, privacy: Privacy | undefined, audience: Audience) {
    this.expression = assemble(rule, tools.parser, tools.builder)
    this.reads = this.expression.reads
    this.rule = rule
    this.tools = tools
    this.isHidden = tools.parser.holdsHidden
    this.privacy = privacy
    this.audience = audience
  }

  evaluate(data: Json, budget?: OpsBudget): Json {
    const { recording } = this.tools.builder
    const wanted = this.audience.wants()
    recording.begin(wanted)
    const outcome = outcomeOf(() => this.expression.evaluate(data, budget))
    if (wanted) {
      const view = new View(this.tools.parser, this.privacy, this.isHidden)
      this.audience.tell(describe(this.rule, recording.root, outcome, view))
    }
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }
}

function outcomeOf(evaluate: () => Json): Outcome {
  try {
    return { value: evaluate() }
  } catch (error) {
    if (error instanceof ExpressionError) return { error }
    throw error
  }
}
