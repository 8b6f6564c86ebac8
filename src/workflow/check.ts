import { Type } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { commonTextProblems, idProblems } from '../versioning/text-rules.ts'
import { CreateWorkflow } from './definition.ts'
import { everyStep, readSteps } from './steps.ts'
import { contentProblems, logicProblems, type WorkflowCheck } from './task-check.ts'

/** A body without its steps, which are read one by one. */
const Shape = Type.Omit(CreateWorkflow, ['tasks', 'loop'])

/** Every problem of a workflow as it would be stored; unknown keys beside the tasks do not count. */
export function workflowProblems(candidate: JsonObject, check: WorkflowCheck): Detail[] {
  const loop = own(candidate, 'loop')
  const { setup, tasks, problems } = readSteps(own(candidate, 'tasks'), loop, check.limits.maxLoopIterations)
  return onePerPath([
    ...commonTextProblems(candidate),
    ...idProblems('workflow_id', own(candidate, 'workflow_id')),
    ...logicProblems('condition', own(candidate, 'condition'), check, ' in workflow condition'),
    ...overProblems(loop, check),
    ...problems,
    ...[...everyStep(setup), ...everyStep(tasks)].flatMap(step => contentProblems(step, check)),
    ...schemaProblems(Shape, candidate),
  ])
}

function overProblems(loop: Json | undefined, check: WorkflowCheck): Detail[] {
  return isObject(loop) ? logicProblems('loop.over', own(loop, 'over'), check, ' in loop over') : []
}
