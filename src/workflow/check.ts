import { Type } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import type { Portions } from '../std/portions.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { commonTextProblems, idProblems } from '../versioning/text-rules.ts'
import { CreateWorkflow } from './definition.ts'
import { everyStep, readSteps } from './steps.ts'
import { contentProblems, logicProblems, type WorkflowCheck } from './task-check.ts'

/** A body without its steps, which are read one by one. */
const Shape = Type.Omit(CreateWorkflow, ['tasks', 'loop'])

/** Every problem of a workflow as it would be stored, found step by step; unknown keys beside the tasks do not count. */
export function* workflowProblems(candidate: JsonObject, check: WorkflowCheck): Portions<Detail[]> {
  const loop = own(candidate, 'loop')
  const { maxLoopIterations } = check.limits
  const { setup, tasks, problems } = yield* readSteps(own(candidate, 'tasks'), loop, maxLoopIterations)
  const found: Detail[] = []
  for (const step of [...everyStep(setup), ...everyStep(tasks)]) {
    for (const problem of yield* contentProblems(step, check)) found.push(problem)
    yield
  }
  return onePerPath([
    ...commonTextProblems(candidate),
    ...idProblems('workflow_id', own(candidate, 'workflow_id')),
    ...logicProblems('condition', own(candidate, 'condition'), check, ' in workflow condition'),
    ...overProblems(loop, check),
    ...problems,
    ...found,
    ...schemaProblems(Shape, candidate),
  ])
}

function overProblems(loop: Json | undefined, check: WorkflowCheck): Detail[] {
  return isObject(loop) ? logicProblems('loop.over', own(loop, 'over'), check, ' in loop over') : []
}
