import { describe, expect, test } from 'bun:test'
import { builtInFunctions, functionTable } from '../../src/engine/functions/index.ts'
import type { Message } from '../../src/engine/message.ts'
import { createMessage } from '../../src/engine/new-message.ts'
import type { Program } from '../../src/engine/program.ts'
import { runWorkflows } from '../../src/engine/run.ts'
import { type CompiledWorkflow, compileWorkflow } from '../../src/engine/workflow.ts'
import type { DetailCode } from '../../src/errors.ts'
import { defaultLimits } from '../../src/expression/expression.ts'
import { systemClock } from '../../src/std/clock.ts'
import { isObject, type Json, type JsonObject } from '../../src/std/json.ts'
import { atOnce } from '../../src/std/portions.ts'
import { workflowProblems } from '../../src/workflow/check.ts'
import { suiteLines } from './suites.ts'

interface Case {
  name: string
  workflow: JsonObject & { workflow_id: string; name: string; condition: Json; tasks: Json }
  input: Json
  output?: Output
  refused?: { path: string; code: string }[]
}

interface Output {
  data: Json
  temp_data: Json
  errors: { code: string; workflow_id?: string; task_id?: string }[]
  /** Tasks that were called, those that a filter skipped as well. */
  tasks: string[]
  matched: boolean
  progress: Json
  failed: boolean
  audit: { task_id: string; changes: Json; status: number; loop_counter?: number }[]
}

const LIMITS = {
  ...defaultLimits,
  maxArrayPadding: 10_000,
  maxLoopIterations: 10_000,
  messageOpsBudget: 5_000_000,
}
const WRITE = { path: 'data.x', logic: 1 }
const call = (mapping: JsonObject) => ({ name: 'map', input: { mappings: [mapping] } })
const FUNCTIONS = functionTable(builtInFunctions)

/** Ours where the reference's code names several things, and the places that we name more exactly. */
const CODES: Record<string, DetailCode> = { UNKNOWN_FIELD: 'UNKNOWN_KEY', DUPLICATE_TASK_ID: 'DUPLICATE' }
const PATHS: Record<string, string> = {
  'refused: unknown mode': 'tasks[0].function.input.mappings[0].mode',
}

describe('steps recorded from the reference', () => {
  for (const { name, workflow, input, output, refused } of suiteLines('steps/steps.jsonl', readCase)) {
    if (output !== undefined) {
      test(name, async () => {
        expect(atOnce(workflowProblems(workflow, { functions: FUNCTIONS, limits: LIMITS }))).toEqual([])
        expect(await run(workflow, input)).toEqual(output)
      })
    }
    for (const { path, code } of refused ?? []) {
      test(name, () => {
        const problems = atOnce(workflowProblems(workflow, { functions: FUNCTIONS, limits: LIMITS }))
        expect(problems.map(problem => problem.path)).toEqual([PATHS[name] ?? path])
        if (CODES[code] !== undefined) expect(problems[0]?.code).toBe(CODES[code])
        expect(() => compiled(workflow)).toThrow(`${PATHS[name] ?? path}: `)
      })
    }
  }
})

const MAPPING = 'tasks[0].function.input.mappings[0]'
const task = (mapping: JsonObject) => ({ id: 'a', name: 'A', function: call(mapping) })

test.each<[path: string, step: JsonObject]>([
  [`${MAPPING}.path`, task({ path: 'payload.x', logic: 1 })],
  [`${MAPPING}.modes`, task({ path: 'data.x', logic: 1, modes: 'append' })],
  ['tasks[0].loop', { ...task(WRITE), loop: { max: 2 } }],
  ['tasks[0].function', { id: 'g', function: call(WRITE), tasks: [task(WRITE)] }],
  ['tasks[0].continue_on_error', { id: 'g', continue_on_error: true, tasks: [task(WRITE)] }],
])('what the reference ignores in silence is refused: %s', (path, step) => {
  const workflow = { workflow_id: 'w', name: 'W', condition: true, tasks: [step] }
  const problems = atOnce(workflowProblems(workflow, { functions: FUNCTIONS, limits: LIMITS }))
  expect(problems.map(problem => problem.path)).toEqual([path])
  expect(() => compiled(workflow)).toThrow(`${path}: `)
})

test('a computed path takes a default', async () => {
  const logic = { var: [{ cat: ['data.', 'none'] }, 'default'] }
  const workflow = { workflow_id: 'w', name: 'W', condition: true, tasks: [task({ path: 'data.x', logic })] }
  expect((await run(workflow, {})).data).toEqual({ x: 'default' })
})

function compiled(workflow: Case['workflow']) {
  const definition = { priority: 0, continue_on_error: false, ...workflow }
  return compileWorkflow(definition, { functions: FUNCTIONS, limits: LIMITS, clock: systemClock })
}

async function run(workflow: Case['workflow'], payload: Json): Promise<Output> {
  const message = createMessage({ id: 'm', payload })
  const called: string[] = []
  const outcome = await runWorkflows([noting(compiled(workflow), called)], message, {
    clock: systemClock,
    log: { enabled: () => false, write: () => undefined },
    invalidate: () => [],
    messageOpsBudget: LIMITS.messageOpsBudget,
    capture: true,
  })
  return {
    data: message.context.data,
    temp_data: message.context.temp_data,
    errors: message.errors.map(identified),
    tasks: called,
    matched: called.length > 0,
    progress: progressOf(message),
    failed: outcome.status === 'failed',
    audit: message.audit_trail.map(({ workflow_id, timestamp, ...entry }) =>
      JSON.parse(JSON.stringify(entry)),
    ),
  }
}

/** The workflow, with each of its tasks telling that it was called. */
function noting(workflow: CompiledWorkflow, called: string[]): CompiledWorkflow {
  const noted = (program: Program): Program =>
    program.map(step => {
      if (step.kind !== 'task') return step
      return {
        ...step,
        run: given => {
          called.push(step.id)
          return step.run(given)
        },
      }
    })
  const { program, loop } = workflow
  return { ...workflow, program: noted(program), loop: loop && { ...loop, setup: noted(loop.setup) } }
}

function identified({ code, workflow_id, task_id }: Message['errors'][number]): Output['errors'][number] {
  return {
    code,
    ...(workflow_id !== undefined && { workflow_id }),
    ...(task_id !== undefined && { task_id }),
  }
}

function progressOf({ context }: Message): Json {
  return isObject(context.metadata) ? (context.metadata.progress ?? null) : null
}

function readCase(value: unknown): Case {
  const { output, ...rest } = value as Case & { output?: Output & { metadata_extra?: Json } }
  if (output === undefined) return rest
  const { metadata_extra, ...told } = output
  return { ...rest, output: told }
}
