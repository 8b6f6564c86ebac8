import { describe, expect, test } from 'bun:test'
import { builtInFunctions, functionTable } from '../../src/engine/functions/index.ts'
import type { Message } from '../../src/engine/message.ts'
import { createMessage } from '../../src/engine/new-message.ts'
import { runWorkflows } from '../../src/engine/run.ts'
import type { RunOptions } from '../../src/engine/run-api.ts'
import { forChannel, inPriorityOrder } from '../../src/engine/selection.ts'
import { type CompiledWorkflow, compileWorkflow } from '../../src/engine/workflow.ts'
import { OrionError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/expression/expression.ts'
import { systemClock } from '../../src/std/clock.ts'
import { isObject, type Json, type JsonObject } from '../../src/std/json.ts'
import { suiteLines, testWithSuites } from './suites.ts'

interface Flow {
  name: string
  input: {
    workflows: JsonObject[]
    payload?: Json
    data?: Json
    metadata?: Json
    channel?: string
    bucket?: number
  }
  output: { result?: Json; message?: Json; parse_error?: string; build_error?: string }
}

const LIMITS = {
  ...defaultLimits,
  maxArrayPadding: 10_000,
  maxLoopIterations: 10_000,
  messageOpsBudget: 5_000_000,
}
const FUNCTIONS = functionTable(builtInFunctions)

/** What we refuse where the reference's builder does: code and path instead of its parser's text. */
const REFUSED: Record<string, [code: string, path: string]> = {
  'validation missing message': ['REQUIRED', 'tasks[0].function.input.rules[0].message'],
  'custom missing': ['UNKNOWN_FUNCTION', 'tasks[0].function.name'],
  'build: dup task': ['DUPLICATE', 'tasks[1].id'],
  'build: bad input': ['REQUIRED', 'tasks[0].function.input.mappings[0].logic'],
  'build: http unknown field': ['UNKNOWN_KEY', 'tasks[0].function.input.bogus'],
  'build: method lower-case': ['INVALID_ENUM', 'tasks[0].function.input.method'],
  'build: empty name': ['REQUIRED', 'name'],
}

const FLOWS = 36

describe('flows recorded from the reference engine', () => {
  const flows = suiteLines('flows/flows.jsonl', readFlow)
  testWithSuites('are all there', () => {
    expect(flows).toHaveLength(FLOWS)
  })
  for (const flow of flows) {
    const refused = flow.output.parse_error ?? flow.output.build_error
    if (refused === undefined) {
      test(flow.name, async () => {
        const { result, message } = await run(flow)
        expect<unknown>(result).toEqual(flow.output.result)
        expect(withoutTimes(message)).toEqual(flow.output.message)
      })
    } else {
      test(`${flow.name}: refused`, () => {
        expect<unknown>(refusal(flow)).toEqual(REFUSED[flow.name])
      })
    }
  }
})

async function run(flow: Flow): Promise<{ result: Json; message: Message }> {
  const { payload = null, data, metadata, channel, bucket } = flow.input
  const compiled = compileAll(flow)
  const message = createMessage({
    id: 'm',
    payload: sorted(payload),
    data: sorted(data ?? {}),
    metadata: sorted(metadata ?? {}),
  })
  const options: RunOptions = {
    clock: systemClock,
    log: { enabled: () => true, write: () => undefined },
    invalidate: () => [],
    messageOpsBudget: LIMITS.messageOpsBudget,
    capture: true,
    channel,
    bucket,
  }
  const chosen = channel === undefined ? inPriorityOrder(compiled) : forChannel(compiled, channel)
  const outcome = await runWorkflows(chosen, message, options)
  return { result: outcome.status === 'failed' ? { err: outcome.error.message } : outcome.status, message }
}

function compileAll(flow: Flow): CompiledWorkflow[] {
  return flow.input.workflows.map(workflow =>
    compileWorkflow(
      {
        priority: 0,
        condition: true,
        continue_on_error: false,
        ...workflow,
        workflow_id: String(workflow.id),
        name: String(workflow.name),
        tasks: workflow.tasks ?? null,
      },
      { functions: FUNCTIONS, limits: LIMITS, clock: systemClock },
    ),
  )
}

function refusal(flow: Flow): Json {
  try {
    compileAll(flow)
  } catch (error) {
    if (!(error instanceof OrionError)) throw error
    return (error.details ?? []).flatMap(({ code, path }) => [code, path])
  }
  return null
}

/** The reference's seeds pass a map without an order of its own: their keys are in byte order, ours in the order sent. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

function withoutTimes(message: Message): unknown {
  return JSON.parse(JSON.stringify(message), (_key, value) =>
    typeof value === 'string' && INSTANT.test(value) ? '<ts>' : value,
  )
}

function readFlow(value: unknown): Flow {
  return value as Flow
}
