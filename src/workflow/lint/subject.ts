import type { PlacedExpression } from '../../expression/lint/placed-expression.ts'
import type { JsonObject } from '../../std/json.ts'
import type { LintRule } from '../../versioning/finding.ts'
import type { WorkflowLimits } from '../limits.ts'
import type { KnownFunctions } from '../task-check.ts'
import type { Step } from './steps.ts'

/** What happens to the context, in the order in which it happens when every step runs. */
export type FlowEvent = ReadEvent | WriteEvent

export interface ReadEvent {
  readonly kind: 'read'
  /** A path of the context, or `payload` and below when a task reads it. */
  readonly path: string
  /** Where it is written. */
  readonly at: string
  /** The operator that reads; undefined when a task does. */
  readonly operator: string | undefined
}

export interface WriteEvent {
  readonly kind: 'write'
  /** Undefined when it may be anywhere. */
  readonly path: string | undefined
  readonly at: string
}

/** A workflow as the rules of lint see it. */
export interface Subject {
  readonly document: JsonObject
  /** What runs once before the sweeps of a loop. */
  readonly setup: readonly Step[]
  readonly tasks: readonly Step[]
  readonly expressions: readonly PlacedExpression[]
  readonly flow: readonly FlowEvent[]
  readonly needs: LintNeeds
}

export interface LintNeeds {
  readonly functions: KnownFunctions
  readonly limits: WorkflowLimits
  /** Names of the connectors that there are; undefined when they are not known. */
  readonly connectors: ReadonlySet<string> | undefined
  /** What is known of channels; undefined is nothing. */
  readonly channels: KnownChannels | undefined
}

/** The channels that there are, and whom they call. */
export interface KnownChannels {
  /** Of the active ones. */
  readonly names: ReadonlySet<string>
  /** Names of those that run a workflow. */
  runBy(workflowId: string): readonly string[]
  /** Names that the tasks of a channel call, as far as they are written. */
  calledBy(name: string): readonly string[]
}

export type WorkflowRule = LintRule<Subject>
