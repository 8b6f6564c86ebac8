import type { Config } from '../config/schema.ts'
import type { EngineLimits } from './functions-api.ts'

/** What `[engine]` bounds. */
export function engineLimits(engine: Config['engine']): EngineLimits {
  return {
    maxLogicDepth: engine.max_logic_depth,
    maxLogicNodes: engine.max_logic_nodes,
    opsBudget: engine.ops_budget,
    maxResultChars: engine.max_result_chars,
    maxResultItems: engine.max_result_items,
    maxArrayPadding: engine.max_array_padding,
    maxLoopIterations: engine.max_loop_iterations,
    messageOpsBudget: engine.message_ops_budget,
  }
}
