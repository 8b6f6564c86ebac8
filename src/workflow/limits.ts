import { defaultLimits, type Limits } from '../expression/expression.ts'

/** Bounds that a workflow is held to when it is written and when it is compiled. */
export interface WorkflowLimits extends Limits {
  /** Sweeps of one loop, and its highest `max`. */
  maxLoopIterations: number
}

/** The bounds of `[engine]` when nothing is configured. */
export const defaultWorkflowLimits: WorkflowLimits = { ...defaultLimits, maxLoopIterations: 10_000 }
