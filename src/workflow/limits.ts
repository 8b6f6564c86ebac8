import type { Limits } from '../expression/expression.ts'

/** Bounds that a workflow is held to when it is written and when it is compiled. */
export interface WorkflowLimits extends Limits {
  /** Sweeps of one loop, and its highest `max`. */
  maxLoopIterations: number
}
