import { Type } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { commonTextProblems, idProblems } from '../versioning/text-rules.ts'
import { CreateWorkflow, MAX_TASKS } from './definition.ts'
import { laterKey, logicProblems, taskProblems, type WorkflowCheck } from './task-check.ts'

/** A body without what is in its tasks, which `task-check` looks at. */
const Shape = Type.Object({
  ...CreateWorkflow.properties,
  tasks: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_TASKS }),
})

/** Every problem of a workflow as it would be stored; unknown keys beside the tasks do not count. */
export function workflowProblems(candidate: JsonObject, check: WorkflowCheck): Detail[] {
  return onePerPath([
    ...commonTextProblems(candidate),
    ...idProblems('workflow_id', own(candidate, 'workflow_id')),
    ...laterKey(candidate, 'loop'),
    ...logicProblems('condition', own(candidate, 'condition'), check, ' in workflow condition'),
    ...tasksProblems(own(candidate, 'tasks'), check),
    ...schemaProblems(Shape, candidate),
  ])
}

function tasksProblems(tasks: Json | undefined, check: WorkflowCheck): Detail[] {
  if (!Array.isArray(tasks) || tasks.length === 0) {
    const code = tasks === undefined ? 'REQUIRED' : Array.isArray(tasks) ? 'OUT_OF_RANGE' : 'TYPE_MISMATCH'
    return [
      { path: 'tasks', code, message: 'Tasks must be a non-empty array', expected: 'a non-empty array' },
    ]
  }
  return [
    ...tasks.slice(0, MAX_TASKS).flatMap((task, at) => taskProblems(task, at, check)),
    ...repeatedIds(tasks),
  ]
}

function repeatedIds(tasks: readonly Json[]): Detail[] {
  const seen = new Set<string>()
  const problems: Detail[] = []
  for (const [at, task] of tasks.entries()) {
    const id = isObject(task) ? own(task, 'id') : undefined
    if (typeof id !== 'string' || id === '') continue
    if (seen.has(id)) {
      problems.push({
        path: `tasks[${at}].id`,
        code: 'DUPLICATE',
        message: `Duplicate task id '${excerpt(id)}'`,
        got: excerpt(id),
      })
    }
    seen.add(id)
  }
  return problems
}
