import { atOnce } from '../../std/portions.ts'
import type { StubbedNames } from '../../workflow/cases/check.ts'
import { everyStep, readSteps } from '../../workflow/steps.ts'
import type { FunctionTable } from '../functions-api.ts'
import { stubbedFunctions } from '../stubbed-functions.ts'
import type { WorkflowDefinition } from '../workflow.ts'

/** Functions whose calls a case answers, and those of later versions, which a case may name already. */
export function stubbedNames(functions: FunctionTable): StubbedNames {
  const stubbed = stubbedFunctions(functions, 'connectors')
  const names = functions.names.filter(name => {
    const descriptor = functions.find(name)
    return descriptor?.name === name && descriptor !== stubbed.find(name)
  })
  const known = new Set([...names, ...functions.unavailable])
  return { has: name => known.has(name), names: [...known] }
}

/** Ids of the tasks of a workflow that call such a function. */
export function stubbedTasks(
  { tasks, loop }: WorkflowDefinition,
  { has }: StubbedNames,
  maxLoopIterations: number,
): ReadonlySet<string> {
  const steps = atOnce(readSteps(tasks, loop, maxLoopIterations))
  const ids = [...everyStep(steps.setup), ...everyStep(steps.tasks)].flatMap(step =>
    step.kind === 'task' && step.task !== undefined && has(step.task.function.name) ? [step.task.id] : [],
  )
  return new Set(ids)
}
