import { type Clock, systemClock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import { ClosureBuilder } from './build.ts'
import { type Evaluate, Frame, NO_FRAME } from './evaluate.ts'
import type { Expression, Limits, OpsBudget } from './expression.ts'
import type { LogicMode } from './logic.ts'
import { Meter } from './meter.ts'
import { operatorsByName } from './operators/index.ts'
import { Parser } from './parse.ts'
import { readsOf } from './reads.ts'

export interface CompileOptions {
  readonly mode: LogicMode
  readonly limits: Limits
  /** What `now` reads; the system's clock unless a test says otherwise. */
  readonly clock?: Clock
}

/** Compiles a rule to closures. Throws ExpressionError: ConfigurationError, InvalidOperator or BudgetExceeded. */
export function compile(rule: Json, options: CompileOptions): Expression {
  const { mode, limits, clock = systemClock } = options
  const meter = new Meter(limits)
  const builder = new ClosureBuilder(meter, clock)
  const parser = new Parser({ mode, limits, operators: operatorsByName, folder: builder })
  const node = parser.read(rule)
  const run = builder.build(node)
  return new CompiledExpression(run, readsOf(node), meter, builder.rootUses > 0)
}

/** A class, because the engine compiles its method better than a closure over the same four values. */
class CompiledExpression implements Expression {
  readonly reads: readonly string[] | 'any'
  private readonly run: Evaluate
  private readonly meter: Meter
  /** Whether the rule looks at the scopes around it. */
  private readonly rooted: boolean

  constructor(run: Evaluate, reads: readonly string[] | 'any', meter: Meter, rooted: boolean) {
    this.run = run
    this.reads = reads
    this.meter = meter
    this.rooted = rooted
  }

  evaluate(data: Json, budget?: OpsBudget): Json {
    if (budget !== undefined) return this.evaluateWithin(budget, data)
    this.meter.restart()
    return this.run(data, this.rooted ? new Frame(null, data, data) : NO_FRAME)
  }

  private evaluateWithin(budget: OpsBudget, data: Json): Json {
    const available = this.meter.start(budget)
    try {
      return this.run(data, this.rooted ? new Frame(null, data, data) : NO_FRAME)
    } finally {
      this.meter.stop(budget, available)
    }
  }
}
