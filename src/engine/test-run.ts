import { Type } from '@sinclair/typebox'
import { defaultLimits } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { defineFunction } from './define-function.ts'
import { builtInFunctions, functionTable } from './functions/index.ts'
import type { EngineLimits, FunctionDescriptor, FunctionTable, LogLevel, Task } from './functions-api.ts'
import type { Message } from './message.ts'
import { createMessage } from './new-message.ts'
import { runWorkflows } from './run.ts'
import type { RunOptions, RunOutcome } from './run-api.ts'
import { type CompiledWorkflow, compileWorkflow, type WorkflowDefinition } from './workflow.ts'

/** What the engine's own tests share: one fixed instant, small limits, workflows of a few words. */

export const INSTANT = '2026-01-02T03:04:05.678Z'

export const fixedClock: Clock = { now: () => Date.parse(INSTANT), monotonic: () => 0 }

export const testLimits: EngineLimits = {
  ...defaultLimits,
  maxArrayPadding: 100,
  maxLoopIterations: 10_000,
  messageOpsBudget: 5_000_000,
}

export function task(id: string, name: string, input: Json, extra: JsonObject = {}): JsonObject {
  return { id, name: id, function: { name, input }, ...extra }
}

/** A `map` task with one mapping per entry. */
export function mapTask(id: string, mappings: JsonObject, extra: JsonObject = {}): JsonObject {
  const listed = Object.entries(mappings).map(([path, logic]) => ({ path, logic }))
  return task(id, 'map', { mappings: listed }, extra)
}

/** A function of a test's own, without input. */
export function custom(name: string, run: Task): FunctionDescriptor {
  return defineFunction({
    name,
    category: 'utility',
    summary: name,
    input: Type.Object({}),
    example: { input: {}, result: {} },
    retrySafety: 'pure',
    compile: () => run,
  })
}

export interface Setting {
  functions?: readonly FunctionDescriptor[]
  /** In their place. */
  table?: FunctionTable
  limits?: EngineLimits
}

export function compiled(
  tasks: Json,
  definition: Partial<WorkflowDefinition> = {},
  { functions = [], table, limits = testLimits }: Setting = {},
): CompiledWorkflow {
  return compileWorkflow(
    {
      workflow_id: 'w1',
      name: 'W',
      priority: 0,
      condition: true,
      continue_on_error: false,
      tasks,
      ...definition,
    },
    { functions: table ?? functionTable([...builtInFunctions, ...functions]), limits, clock: fixedClock },
  )
}

interface Given extends Partial<RunOptions> {
  payload?: Json
  data?: Json
  metadata?: Json
}

export interface Ran {
  outcome: RunOutcome | Promise<RunOutcome>
  message: Message
  /** Lines of the log, each after its level. */
  lines: string[]
}

/** Runs workflows with the audit trail on; the outcome is a promise only when the run waited. */
export function run(workflows: CompiledWorkflow | CompiledWorkflow[], given: Given = {}): Ran {
  const { payload = null, data, metadata, ...options } = given
  const message = createMessage({ id: 'm', payload, data, metadata })
  const lines: string[] = []
  const log = {
    enabled: () => true,
    write: (level: LogLevel, line: string) => {
      lines.push(`${level} ${line}`)
    },
  }
  const outcome = runWorkflows([workflows].flat(), message, {
    clock: fixedClock,
    log,
    invalidate: () => [],
    messageOpsBudget: testLimits.messageOpsBudget,
    capture: true,
    ...options,
  })
  return { outcome, message, lines }
}
