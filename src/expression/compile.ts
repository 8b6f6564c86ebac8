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
  const rooted = builder.rootUses > 0
  return { evaluate: metered(run, meter, rooted), reads: readsOf(node) }
}

function metered(run: Evaluate, meter: Meter, rooted: boolean): Expression['evaluate'] {
  return (data: Json, budget?: OpsBudget) => {
    meter.start(budget)
    try {
      return run(data, rooted ? new Frame(null, data, data) : NO_FRAME)
    } finally {
      meter.stop()
    }
  }
}
