import { type Detail, validationError } from '../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'

/** A task as it is written down (engine-contract A2). */
export interface TaskDefinition {
  readonly id: string
  readonly functionName: string
  readonly input: Json
  readonly condition: Json | undefined
  readonly continueOnError: boolean
}

/** Reads stored tasks, which may be older than today's checks. Throws VALIDATION_ERROR that lists every problem. */
export function readTasks(tasks: Json): TaskDefinition[] {
  const problems: Detail[] = []
  if (!Array.isArray(tasks)) throw validationError([mismatch('tasks', 'an array')])
  if (tasks.length === 0) {
    problems.push({ path: 'tasks', code: 'REQUIRED', message: 'a workflow needs at least one task' })
  }
  const found = tasks.flatMap((task, at) => readTask(task, `tasks[${at}]`, problems) ?? [])
  found.forEach(({ id }, at) => {
    if (found.findIndex(task => task.id === id) === at) return
    problems.push({
      path: `tasks[${at}].id`,
      code: 'DUPLICATE',
      message: `Duplicate task ID '${id}' in workflow`,
    })
  })
  if (problems.length > 0) throw validationError(problems)
  return found
}

function readTask(task: Json, path: string, problems: Detail[]): TaskDefinition | undefined {
  if (!isObject(task)) return refuse(problems, path, 'an object')
  const id = own(task, 'id')
  if (typeof id !== 'string' || id === '') return refuse(problems, `${path}.id`, 'a non-empty string')
  const called = own(task, 'function')
  if (!isObject(called)) return refuse(problems, `${path}.function`, 'an object with "name" and "input"')
  const functionName = own(called, 'name')
  if (typeof functionName !== 'string') return refuse(problems, `${path}.function.name`, 'a string')
  return { id, functionName, ...rest(task, called) }
}

function rest(task: JsonObject, called: JsonObject) {
  return {
    input: own(called, 'input') ?? null,
    condition: own(task, 'condition'),
    continueOnError: own(task, 'continue_on_error') === true,
  }
}

function refuse(problems: Detail[], path: string, expected: string): undefined {
  problems.push(mismatch(path, expected))
}

function mismatch(path: string, expected: string): Detail {
  return { path, code: 'TYPE_MISMATCH', message: `must be ${expected}`, expected }
}
