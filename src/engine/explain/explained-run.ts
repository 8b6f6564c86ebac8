import type { Privacy } from '../../expression/explain/explanation.ts'
import type { Message } from '../message.ts'
import type { Ending, RunObserver } from '../run-api.ts'
import {
  type CompileDependencies,
  type CompiledWorkflow,
  compileWorkflow,
  type WorkflowDefinition,
} from '../workflow.ts'
import { type ExplainedLogic, Explainer } from './explainer.ts'
import { Sites } from './sites.ts'

/** What one task, or the condition of the workflow, did, and why. */
export interface ExplainedTask {
  workflow_id: string
  task_id: string | null
  /** Those that ended their workflow early, and `ended` for what was asked last by a loop that is over. */
  result: 'executed' | 'skipped' | 'ended' | Ending
  /** In the sweeps of a loop. */
  loop_counter?: number
  explain: ExplainedLogic[]
}

/** A whole run, explained. */
export interface RunExplanation {
  /** Whether at least one task was executed. */
  matched: boolean
  steps: ExplainedTask[]
  /** Evaluations and steps that are left out for lack of room. */
  omitted?: number
}

interface ExplainOptions {
  readonly privacy?: Privacy | undefined
  readonly maxChars: number
}

/** One run of one workflow that is compiled for it alone, because its logic tells what it does while it runs. */
export interface ExplainedRun {
  readonly workflow: CompiledWorkflow
  readonly observer: RunObserver
  /** Asked when the run is over. */
  explanation(): RunExplanation
}

const MAX_STEPS = 1000

/** Throws what {@link compileWorkflow} throws. */
export function explainedRun(
  definition: WorkflowDefinition,
  dependencies: CompileDependencies,
  options: ExplainOptions,
): ExplainedRun {
  const { condition, tasks, loop } = definition
  const sites = new Sites({ condition, tasks, loop: loop ?? null }, dependencies.functions)
  const explainer = new Explainer({ sites, privacy: options.privacy, maxChars: options.maxChars })
  const observer = new StepsObserver(explainer)
  const workflow = compileWorkflow(definition, { ...dependencies, explainer, isLazy: true })
  return {
    workflow,
    observer,
    explanation() {
      observer.close(definition.workflow_id)
      const { matched, steps } = observer
      const omitted = explainer.omitted + observer.omitted
      return { matched, steps, ...(omitted > 0 && { omitted }) }
    },
  }
}

class StepsObserver implements RunObserver {
  readonly keepsMessages = false
  matched = false
  omitted = 0
  readonly steps: ExplainedTask[] = []
  private readonly explainer: Explainer

  constructor(explainer: Explainer) {
    this.explainer = explainer
  }

  skipped(workflowId: string, taskId: string | null, counter?: number): void {
    this.add(workflowId, taskId, 'skipped', counter)
  }

  executed(
    workflowId: string,
    taskId: string,
    _message: Message,
    _mappings: readonly unknown[],
    counter?: number,
  ): void {
    this.matched = true
    this.add(workflowId, taskId, 'executed', counter)
  }

  ended(workflowId: string, taskId: string | null, how: Ending, counter?: number): void {
    if (how === 'halted' || how === 'failed') this.matched = true
    this.add(workflowId, taskId, how, counter)
  }

  /** What was evaluated after the last task: the condition that ended a loop. */
  close(workflowId: string): void {
    const explain = this.explainer.take()
    if (explain.length > 0) this.push({ workflow_id: workflowId, task_id: null, result: 'ended', explain })
  }

  private add(
    workflow_id: string,
    task_id: string | null,
    result: ExplainedTask['result'],
    loop_counter: number | undefined,
  ): void {
    const explain = this.explainer.take()
    this.push({
      workflow_id,
      task_id,
      result,
      ...(loop_counter !== undefined && { loop_counter }),
      explain,
    })
  }

  private push(step: ExplainedTask): void {
    if (this.steps.length < MAX_STEPS) this.steps.push(step)
    else this.omitted++
  }
}
