import type { TSchema } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { compile } from '../expression/compile.ts'
import { ExpressionError, type Limits } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { didYouMean } from '../std/nearest-name.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { notAvailable } from '../versioning/not-available.ts'
import { Task } from './definition.ts'
import { logicFields } from './logic-fields.ts'

/** The functions that tasks may call: those that this version has, and those it lacks. */
export interface KnownFunctions {
  find(name: string): { readonly input: TSchema } | undefined
  readonly names: readonly string[]
  /** Functions of Orion that this version does not have. */
  readonly unavailable: readonly string[]
}

export interface WorkflowCheck {
  readonly functions: KnownFunctions
  readonly limits: Limits
}

/** What later versions of Orion know in a task. */
const LATER_KEYS = ['tasks', 'terminal', 'halt_on', 'loop', 'for_each']

/** Every problem of one task but for ids that two tasks share. */
export function taskProblems(task: Json, at: number, check: WorkflowCheck): Detail[] {
  const path = `tasks[${at}]`
  if (!isObject(task)) return schemaProblems(Task, task, path)
  const later = LATER_KEYS.flatMap(key => laterKey(task, key, `${path}.`))
  const isGroup = Object.hasOwn(task, 'tasks')
  return [
    ...later,
    ...missingText(task, 'id', path, at),
    ...(isGroup ? [] : missingText(task, 'name', path, at)),
    ...logicProblems(`${path}.condition`, own(task, 'condition'), check, ' in task condition'),
    ...(isGroup ? [] : callProblems(own(task, 'function'), `${path}.function`, at, check)),
    ...schemaProblems(Task, task, path).filter(
      problem => problem.code !== 'REQUIRED' || problem.path.startsWith(`${path}.function.`),
    ),
  ]
}

function missingText(task: JsonObject, key: string, path: string, at: number): Detail[] {
  const value = own(task, key)
  if (value !== undefined && value !== '') return []
  const message = `Task at index ${at} is missing '${key}'`
  return [{ path: `${path}.${key}`, code: 'REQUIRED', message, expected: 'a non-empty string' }]
}

/** The function that a task calls: it exists, its input fits, and the expressions in it compile. */
function callProblems(call: Json | undefined, path: string, at: number, check: WorkflowCheck): Detail[] {
  const name = isObject(call) ? own(call, 'name') : undefined
  if (call === undefined || (isObject(call) && (name === undefined || name === ''))) {
    const message = `Task at index ${at} is missing 'function.name'`
    return [{ path: `${path}.name`, code: 'REQUIRED', message, expected: 'the name of a function' }]
  }
  if (!isObject(call) || typeof name !== 'string') return []
  const called = check.functions.find(name)
  if (called === undefined) return [unknownFunction(name, `${path}.name`, check.functions)]
  const input = own(call, 'input')
  if (!isObject(input)) return []
  const inputPath = `${path}.input`
  return [
    ...schemaProblems(called.input, input, inputPath),
    ...logicFields(called.input, input, inputPath).flatMap(field =>
      logicProblems(field.path, field.rule, check, '', field.mode),
    ),
  ]
}

function unknownFunction(name: string, path: string, { names, unavailable }: KnownFunctions): Detail {
  const expected = `one of ${names.join(', ')}`
  if (unavailable.includes(name)) {
    return notAvailable(path, `Function '${excerpt(name)}'`, expected)
  }
  const { hint, field } = didYouMean(name, names)
  return {
    path,
    code: 'UNKNOWN_FUNCTION',
    message: `Unknown function '${excerpt(name)}'${hint}`,
    expected,
    got: excerpt(name),
    ...field,
  }
}

/** The problem of an expression that does not compile. */
export function logicProblems(
  path: string,
  rule: Json | undefined,
  { limits }: WorkflowCheck,
  where: string,
  mode: LogicMode = 'template',
): Detail[] {
  if (rule === undefined) return []
  try {
    compile(rule, { mode, limits })
    return []
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return [{ path, code: 'INVALID_LOGIC', message: `Invalid JSONLogic${where}: ${error.message}` }]
  }
}

/** A key that only later versions know; null stands for nothing. */
export function laterKey(holder: JsonObject, key: string, prefix = ''): Detail[] {
  const value = own(holder, key)
  if (value === undefined || value === null) return []
  return [notAvailable(`${prefix}${key}`, `"${key}"`)]
}
