import { describe, expect, test } from 'bun:test'
import { Validator } from '@cfworker/json-schema'
import { editorSchema } from '../../src/catalog/files/schema/editor-schema.ts'
import { builtInFunctions, functionTable } from '../../src/engine/functions/index.ts'
import { defaultLimits } from '../../src/expression/expression.ts'
import { isObject, type Json, type JsonObject, own } from '../../src/std/json.ts'
import { atOnce } from '../../src/std/portions.ts'
import { workflowProblems } from '../../src/workflow/check.ts'
import { suiteLines } from './suites.ts'

const FUNCTIONS = functionTable(builtInFunctions)
const LIMITS = { ...defaultLimits, maxArrayPadding: 10_000, maxLoopIterations: 10_000, messageOpsBudget: 5e6 }
const VALIDATOR = new Validator(editorSchema('workflow', FUNCTIONS), '2020-12')

describe('the schema for editors', () => {
  for (const [suite, least] of [
    ['steps/steps.jsonl', 100],
    ['flows/flows.jsonl', 30],
  ] as const) {
    const workflows = suiteLines(suite, workflowsOf).flat()
    test.skipIf(workflows.length === 0)(`takes every workflow of ${suite} that the server takes`, () => {
      const sound = workflows.filter(workflow => problemsOf(workflow).length === 0)
      expect(sound.length).toBeGreaterThan(least)
      for (const workflow of sound)
        expect([workflow, VALIDATOR.validate(workflow).errors]).toEqual([workflow, []])
    })
  }
})

function problemsOf(workflow: JsonObject) {
  return atOnce(workflowProblems(workflow, { functions: FUNCTIONS, limits: LIMITS }))
}

/** Of a line of either suite, with what a file needs besides and without what the server ignores. */
function workflowsOf(line: unknown): JsonObject[] {
  if (!isObject(line)) return []
  const input = own(line, 'input')
  const list = isObject(input) ? own(input, 'workflows') : undefined
  const found: Json[] = Array.isArray(list) ? list : [own(line, 'workflow') ?? null]
  return found.filter(isObject).map(workflow => {
    const { id, channel, status, rollout, path, ...rest } = workflow
    return { ...rest, workflow_id: own(workflow, 'workflow_id') ?? id ?? 'w' }
  })
}
