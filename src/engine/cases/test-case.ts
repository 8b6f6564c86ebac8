import { Type } from '@sinclair/typebox'
import { Condition, Logic } from '../../expression/logic.ts'
import { writeExactIntegers } from '../../std/exact-integers.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { readCase } from '../../workflow/cases/check.ts'
import { defineFunction } from '../define-function.ts'
import { builtInFunctions, functionTable } from '../functions/index.ts'
import { fixedClock, testLimits } from '../test-run.ts'
import type { WorkflowDefinition } from '../workflow.ts'
import { failuresOf } from './expectations.ts'
import { stubbedNames } from './stubbed-names.ts'
import { WorkflowCases } from './workflow-cases.ts'

writeExactIntegers()

/** A read over a connector, until there is a real one; a call that is really made fails its test. */
const lookUp = defineFunction({
  name: 'look_up',
  category: 'connector',
  summary: 'Asks a connector',
  input: Type.Object(
    {
      connector: Type.Optional(Type.String()),
      key: Type.Optional(Logic('What is asked for')),
      condition: Type.Optional(Condition('Whether it is asked for')),
      output: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  example: { input: {}, result: {} },
  retrySafety: 'read',
  compile({ condition = true }, { logic }) {
    logic(condition)
    return () => {
      throw new Error('a call that should be stubbed was made')
    }
  },
})

const needs = {
  functions: functionTable([...builtInFunctions, lookUp]),
  limits: testLimits,
  clock: fixedClock,
  timeoutMs: 1000,
}

const names = stubbedNames(needs.functions)

export function underTest(definition: Partial<WorkflowDefinition> & { tasks: Json }): WorkflowCases {
  const whole = { workflow_id: 'w', name: 'W', priority: 0, condition: true, continue_on_error: false }
  return new WorkflowCases({ ...whole, ...definition }, needs)
}

/** What is told of a case of this workflow: `path: message`, then both values as JSON. */
export async function told(tasks: Json, written: JsonObject): Promise<string[]> {
  return toldOf(underTest({ tasks }), written)
}

export async function toldOf(workflow: WorkflowCases, written: JsonObject): Promise<string[]> {
  const read = readCase({ name: 'c', workflow: 'w', ...written }, names)
  if ('problems' in read) return read.problems.map(({ path, message }) => `${path}: ${message}`)
  const run = await workflow.run(read.case, read.stubs)
  return failuresOf(read.case, run).map(({ path, message, expected, got }) =>
    [`${path}: ${message}`, ...[expected, got].map(value => JSON.stringify(value) ?? 'nothing')].join(' | '),
  )
}
