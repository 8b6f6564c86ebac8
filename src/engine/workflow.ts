import { type Detail, validationError } from '../errors.ts'
import type { CompileOptions } from '../expression/compile.ts'
import type { Expression } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import { atOnce, type Portions } from '../std/portions.ts'
import type { SecretLookup } from '../workflow/secret-operator.ts'
import { readSteps } from '../workflow/steps.ts'
import { Attempt } from './attempt.ts'
import { WorkflowContext } from './compile-context.ts'
import { type Condition, compileCondition } from './condition.ts'
import type { EngineLimits, FunctionTable } from './functions-api.ts'
import { type CompiledLoop, compileLoop } from './loop.ts'
import { compileProgram, type Program } from './program.ts'
import { mayRead, type Reads } from './reads.ts'

/** What the engine needs of a stored workflow. */
export interface WorkflowDefinition {
  readonly workflow_id: string
  readonly name: string
  readonly priority: number
  readonly condition: Json
  readonly tasks: Json
  readonly continue_on_error: boolean
  /** Undefined and null are a workflow whose tasks run once. */
  readonly loop?: Json | undefined
  /** The channel of a run by channel; `default` when absent. */
  readonly channel?: string
  /** `active` when absent. */
  readonly status?: string
  readonly rollout?: Rollout | null
}

/** Half-open range of buckets that are let in; an empty or inverted one lets nobody in. */
interface Rollout {
  readonly bucket_start: number
  readonly bucket_end: number
}

/** A workflow ready to run; holds no state of any run. */
export interface CompiledWorkflow {
  readonly id: string
  readonly priority: number
  readonly channel: string
  readonly active: boolean
  readonly rollout: Rollout | undefined
  readonly condition: Condition
  /** Not empty. */
  readonly program: Program
  readonly loop: CompiledLoop | undefined
  readonly continueOnError: boolean
  /** What of the context its logic and tasks may read. */
  readonly reads: Reads
  /** Whether it may look at the tasks that failed before, in `metadata._orion_errors`. */
  readonly readsErrors: boolean
  /** Names of the channels that its tasks call, as far as they are written. */
  readonly calls: readonly string[]
}

export interface CompileDependencies {
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly clock: Clock
  /** The secrets that inputs may name; none when left out. */
  readonly secrets?: SecretLookup | undefined
  /** Compiles the logic of a run that explains itself. */
  readonly explainer?: LogicCompiler
  /** Whether conditions and tasks are compiled when they are needed first; for a definition that is known to compile. */
  readonly isLazy?: boolean
}

/** Stands in for `compile`. */
export interface LogicCompiler {
  /** `around`: the path of the rule in its workflow, or that of the input of the task that it is in. */
  logic(rule: Json, options: CompileOptions, around: string): Expression
}

/** Compiles conditions, inputs and loop, rule by rule. Throws VALIDATION_ERROR that lists every problem. */
export function* compileInPortions(
  definition: WorkflowDefinition,
  dependencies: CompileDependencies,
): Portions<CompiledWorkflow> {
  const { functions, limits, isLazy = false } = dependencies
  const steps = yield* readSteps(definition.tasks, definition.loop, limits.maxLoopIterations)
  const problems = [...namesProblems(definition), ...steps.problems]
  if (problems.length > 0) throw validationError(problems)
  const attempt = new Attempt()
  const { clock, secrets, explainer } = dependencies
  const explained =
    explainer && ((rule: Json, options: CompileOptions) => explainer.logic(rule, options, attempt.around))
  const context = new WorkflowContext({ limits, clock, secrets, explained })
  const bench = { functions, context, attempt, isLazy }
  const condition = attempt.at('condition', () => compileCondition(definition.condition, context))
  const setup = yield* compileProgram(steps.setup, bench)
  const program = yield* compileProgram(steps.tasks, bench)
  const loop = steps.loop && compileLoop(steps.loop, setup, context, attempt)
  if (attempt.problems.length > 0) throw validationError(attempt.problems)
  const found = context.allReads()
  return {
    id: definition.workflow_id,
    priority: definition.priority,
    channel: definition.channel ?? 'default',
    active: (definition.status ?? 'active') === 'active',
    rollout: definition.rollout ?? undefined,
    condition,
    program,
    loop,
    continueOnError: definition.continue_on_error,
    reads: found,
    readsErrors: mayRead(found, 'metadata._orion_errors'),
    calls: context.allCalls(),
  }
}

/** {@link compileInPortions} without a pause. */
export function compileWorkflow(
  definition: WorkflowDefinition,
  dependencies: CompileDependencies,
): CompiledWorkflow {
  return atOnce(compileInPortions(definition, dependencies))
}

function namesProblems(definition: WorkflowDefinition): Detail[] {
  return (['workflow_id', 'name'] as const)
    .filter(path => definition[path] === '')
    .map(path => ({ path, code: 'REQUIRED', message: 'must not be empty' }))
}
