import { type Clock, systemClock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import { ClosureBuilder, weightOf } from './build.ts'
import { type Evaluate, Frame, NO_FRAME } from './evaluate.ts'
import type { Expression, Limits, OpsBudget } from './expression.ts'
import type { LogicMode } from './logic.ts'
import { Meter } from './meter.ts'
import type { Operator } from './node.ts'
import { operatorsByName } from './operators/index.ts'
import { Parser } from './parse.ts'
import { readsOf } from './reads.ts'
import { chargeResult } from './values/result.ts'

export interface CompileOptions {
  readonly mode: LogicMode
  readonly limits: Limits
  /** What `now` reads; the system's clock unless a test says otherwise. */
  readonly clock?: Clock
  /** In place of the usual operators. */
  readonly operators?: ReadonlyMap<string, Operator> | undefined
}

/** Operations that all constant calls of a rule may take together when it is compiled. */
export const FOLDING_BUDGET = 50_000

/** Compiles a rule to closures. Throws ExpressionError: ConfigurationError, InvalidOperator or BudgetExceeded. */
export function compile(rule: Json, options: CompileOptions): Expression {
  const { mode, limits, clock = systemClock, operators = operatorsByName } = options
  const builder = new ClosureBuilder(new Meter(limits), clock)
  return assemble(rule, new Parser({ mode, limits, operators, folder: builder }), builder)
}

/** Compiles with a reader and a builder of the caller's own, which share a meter. Throws like {@link compile}. */
export function assemble(rule: Json, parser: Parser, builder: ClosureBuilder): Expression {
  const { meter } = builder
  meter.remaining = FOLDING_BUDGET
  const node = parser.read(rule)
  meter.restart()
  const built = builder.build(node)
  const run = builder.composes ? charged(built, meter) : built
  return new CompiledExpression(run, readsOf(node), meter, builder.rootUses > 0, weightOf(node))
}

/** A rule that composes its result pays for the size of it. */
function charged(run: Evaluate, meter: Meter): Evaluate {
  return (data, frame) => {
    const result = run(data, frame)
    if (typeof result === 'object' && result !== null) chargeResult(result, meter)
    return result
  }
}

/** A class, because the engine compiles its method better than a closure over the same four values. */
class CompiledExpression implements Expression {
  readonly reads: readonly string[] | 'any'
  private readonly run: Evaluate
  private readonly meter: Meter
  /** Operations of evaluating every node once; only messages, which evaluate many rules, count them. */
  private readonly weight: number
  /** Whether the rule looks at the scopes around it. */
  private readonly rooted: boolean

  constructor(
    run: Evaluate,
    reads: readonly string[] | 'any',
    meter: Meter,
    rooted: boolean,
    weight: number,
  ) {
    this.run = run
    this.reads = reads
    this.meter = meter
    this.rooted = rooted
    this.weight = weight
  }

  evaluate(data: Json, budget?: OpsBudget): Json {
    if (budget !== undefined) return this.evaluateWithin(budget, data)
    const { meter, run } = this
    meter.remaining = meter.opsBudget
    return run(data, this.rooted ? new Frame(null, data, data) : NO_FRAME)
  }

  private evaluateWithin(budget: OpsBudget, data: Json): Json {
    const available = this.meter.start(budget)
    try {
      this.meter.charge(this.weight)
      return this.run(data, this.rooted ? new Frame(null, data, data) : NO_FRAME)
    } finally {
      this.meter.stop(budget, available)
    }
  }
}
