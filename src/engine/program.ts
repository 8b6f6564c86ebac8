import type { Task as TaskDefinition } from '../workflow/definition.ts'
import type { GroupStep, Step, TaskStep } from '../workflow/steps.ts'
import { unknownFunction } from '../workflow/unknown-function.ts'
import type { Attempt } from './attempt.ts'
import { type Condition, compileCondition } from './condition.ts'
import type { CompileContext, FunctionTable, Task } from './functions-api.ts'

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

export interface Bench {
  readonly functions: FunctionTable
  readonly context: CompileContext
  readonly attempt: Attempt
}

/** Steps without problems of their own; what is wrong in them goes to the bench's attempts. */
export function compileProgram(steps: readonly Step[], bench: Bench): Program {
  const program: Instruction[] = []
  for (const step of steps) emit(step, program, bench)
  return program
}

function emit(step: Step, program: Instruction[], bench: Bench): void {
  if (step.kind === 'group') {
    emitGroup(step, program, bench)
    return
  }
  const compiled = step.task && compileTask(step, step.task, bench)
  if (compiled !== undefined) program.push(compiled)
}

function emitGroup({ path, group, steps }: GroupStep, program: Instruction[], bench: Bench): void {
  if (group === undefined) return
  const { context, attempt } = bench
  const condition = attempt.at(`${path}.condition`, () => compileCondition(group.condition, context))
  const gate: Gate = { kind: 'group', id: group.id, condition, behind: 0 }
  if (condition !== undefined) program.push(gate)
  for (const step of steps) emit(step, program, bench)
  if (group.terminal) program.push({ kind: 'end' })
  gate.behind = program.length
}

function compileTask({ path }: TaskStep, task: TaskDefinition, bench: Bench): CompiledTask | undefined {
  const { functions, context, attempt } = bench
  const condition = attempt.at(`${path}.condition`, () => compileCondition(task.condition, context))
  const descriptor = functions.find(task.function.name)
  if (descriptor === undefined) {
    attempt.problems.push(unknownFunction(task.function.name, `${path}.function.name`, functions))
    return undefined
  }
  const run = attempt.at(`${path}.function.input`, () => descriptor.compile(task.function.input, context))
  if (run === undefined) return undefined
  return {
    kind: 'task',
    id: task.id,
    condition,
    run,
    continueOnError: task.continue_on_error === true,
    terminal: task.terminal === true,
    haltOnFailure: task.halt_on === 'failure',
    hasEffect: descriptor.retrySafety !== 'pure' && descriptor.retrySafety !== 'read',
  }
}
