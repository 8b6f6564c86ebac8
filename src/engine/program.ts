import { ExpressionError } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import type { Json } from '../std/json.ts'
import type { Portions } from '../std/portions.ts'
import type { Task as TaskDefinition } from '../workflow/definition.ts'
import { logicFields } from '../workflow/logic-fields.ts'
import type { GroupStep, Step, TaskStep } from '../workflow/steps.ts'
import { callsOut } from '../workflow/task-check.ts'
import { unknownFunction } from '../workflow/unknown-function.ts'
import type { Attempt } from './attempt.ts'
import { type Condition, compileCondition } from './condition.ts'
import type { CompileContext, FunctionDescriptor, FunctionTable, Task } from './functions-api.ts'
import { HiddenTexts } from './hidden-texts.ts'
import { hidingTask } from './hiding-task.ts'
import { LateCondition, lateTask } from './late.ts'
import { hasEffect, retrySafetyOf } from './retry-safety.ts'

/** The steps of a workflow in one row, groups dissolved: running them needs a position and no stack. */
export type Program = readonly Instruction[]

export type Instruction = CompiledTask | Gate | End

export interface CompiledTask {
  readonly kind: 'task'
  readonly id: string
  readonly condition: Condition
  readonly run: Task
  readonly continueOnError: boolean
  /** Ends the workflow when it ran. */
  readonly terminal: boolean
  /** Ends the workflow when its status is 400 or more. */
  readonly haltOnFailure: boolean
  /** Whether it does something that a second run would do again. */
  readonly hasEffect: boolean
}

/** Whether a task that ran with this status is the last of its workflow. */
export function endsWorkflow({ terminal, haltOnFailure }: CompiledTask, status: number): boolean {
  return terminal || (haltOnFailure && status >= 400)
}

/** Entry of a group: goes on behind it unless the condition holds. */
export interface Gate {
  readonly kind: 'group'
  readonly id: string
  readonly condition: Condition
  /** The position behind the group. */
  behind: number
}

/** Behind the last step of a terminal group. */
interface End {
  readonly kind: 'end'
}

/** A context whose logic can be compiled one by one before the function asks for all of it. */
export interface PreparedContext extends CompileContext {
  taskId: string
  /** Secrets may be named until the input of this call is compiled. */
  beginCall(mayNameSecrets: boolean): void
  /** Ends it, and gives the secrets that were named. */
  endCall(): ReadonlySet<string>
  /** Throws ExpressionError. */
  prepare(rule: Json, mode: LogicMode): void
}

export interface Bench {
  readonly functions: FunctionTable
  readonly context: PreparedContext
  readonly attempt: Attempt
  /** Whether each part is compiled when it is needed first. */
  readonly isLazy: boolean
}

/** Steps without problems of their own; what is wrong in them goes to the bench's attempts. */
export function* compileProgram(steps: readonly Step[], bench: Bench): Portions<Program> {
  const program: Instruction[] = []
  for (const step of steps) yield* emit(step, program, bench)
  return program
}

function* emit(step: Step, program: Instruction[], bench: Bench): Portions<void> {
  if (step.kind === 'group') {
    yield* emitGroup(step, program, bench)
    return
  }
  const compiled = step.task && (yield* compileTask(step, step.task, bench))
  if (compiled !== undefined) program.push(compiled)
  yield
}

function* emitGroup({ path, group, steps }: GroupStep, program: Instruction[], bench: Bench): Portions<void> {
  if (group === undefined) return
  const condition = conditionOf(`${path}.condition`, group.condition, bench)
  const gate: Gate = { kind: 'group', id: group.id, condition, behind: 0 }
  if (condition !== undefined) program.push(gate)
  for (const step of steps) yield* emit(step, program, bench)
  if (group.terminal) program.push({ kind: 'end' })
  gate.behind = program.length
}

function* compileTask(
  { path }: TaskStep,
  task: TaskDefinition,
  bench: Bench,
): Portions<CompiledTask | undefined> {
  const { functions, attempt } = bench
  const condition = conditionOf(`${path}.condition`, task.condition, bench)
  const descriptor = functions.find(task.function.name)
  if (descriptor === undefined) {
    attempt.problems.push(unknownFunction(task.function.name, `${path}.function.name`, functions))
    return undefined
  }
  const work = () => compileCall(descriptor, task, `${path}.function.input`, bench)
  const run = bench.isLazy ? lateTask(work) : yield* work()
  if (run === undefined) return undefined
  return {
    kind: 'task',
    id: task.id,
    condition,
    run,
    continueOnError: task.continue_on_error === true,
    terminal: task.terminal === true,
    haltOnFailure: task.halt_on === 'failure',
    hasEffect: descriptor.tellsEffect !== true && hasEffect(retrySafetyOf(descriptor, task.function.input)),
  }
}

function conditionOf(path: string, rule: Json | undefined, { context, attempt, isLazy }: Bench): Condition {
  const compileNow = () => attempt.at(path, () => compileCondition(rule, context))
  return isLazy && rule !== undefined && rule !== true ? new LateCondition(compileNow) : compileNow()
}

/** The expressions of an input one by one, then the task; what does not compile is told by the task. */
function* compileCall(
  descriptor: FunctionDescriptor,
  task: TaskDefinition,
  path: string,
  { context, attempt }: Bench,
): Portions<Task | undefined> {
  const { input } = task.function
  context.beginCall(callsOut(descriptor))
  for (const { rule, mode } of logicFields(descriptor.input, input, path)) {
    attempt.around = path
    try {
      context.prepare(rule, mode)
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
    }
    yield
  }
  context.taskId = task.id
  const compiled = attempt.at(path, () => descriptor.compile(input, context))
  const secrets = context.endCall()
  return compiled && secrets.size > 0 ? hidingTask(compiled, new HiddenTexts(secrets)) : compiled
}
