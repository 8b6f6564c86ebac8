import type { TSchema } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { compile } from '../expression/compile.ts'
import { ExpressionError } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import type { Portions } from '../std/portions.ts'
import { misplacedSecrets } from '../versioning/misplaced-secrets.ts'
import type { WorkflowLimits } from './limits.ts'
import { logicFields } from './logic-fields.ts'
import { operatorsWithSecrets } from './secret-operator.ts'
import type { Step } from './steps.ts'
import type { Touch } from './touch.ts'
import { unknownFunction } from './unknown-function.ts'

interface KnownFunction {
  readonly input: TSchema
  /** `connector`: it calls other systems. */
  readonly category: string
  /** What a call does beside its expressions, in order; `input` need not fit the schema. */
  touches?(input: JsonObject): readonly Touch[]
  /** Every problem of an input but for logic that does not compile; paths are those in the input. */
  problems(input: Json): readonly Detail[]
}

/** The functions that tasks may call: those that this version has, and those it lacks. */
export interface KnownFunctions {
  find(name: string): KnownFunction | undefined
  readonly names: readonly string[]
  /** Functions of Orion that this version does not have. */
  readonly unavailable: readonly string[]
}

export interface WorkflowCheck {
  readonly functions: KnownFunctions
  readonly limits: WorkflowLimits
}

/** Every problem of what steps say: their conditions, the functions they call and what they give them. */
export function* contentProblems(step: Step, check: WorkflowCheck): Portions<Detail[]> {
  const { kind, path, written } = step
  return [
    ...logicProblems(`${path}.condition`, own(written, 'condition'), check, ` in ${kind} condition`),
    ...(kind === 'task' ? yield* callProblems(own(written, 'function'), `${path}.function`, check) : []),
  ]
}

/** The function that a task calls: it exists, its input fits, and the expressions in it compile. */
function* callProblems(call: Json | undefined, path: string, check: WorkflowCheck): Portions<Detail[]> {
  const name = isObject(call) ? own(call, 'name') : undefined
  if (!isObject(call) || typeof name !== 'string' || name === '') return []
  const called = check.functions.find(name)
  if (called === undefined) return [unknownFunction(name, `${path}.name`, check.functions)]
  const input = own(call, 'input')
  if (!isObject(input)) return []
  const inputPath = `${path}.input`
  const found = called.problems(input).map(problem => ({ ...problem, path: joined(inputPath, problem.path) }))
  for (const { path, rule, mode } of logicFields(called.input, input, inputPath)) {
    found.push(...logicProblems(path, rule, check, '', { mode, mayNameSecrets: callsOut(called) }))
    yield
  }
  return found
}

function joined(root: string, path: string): string {
  return path === '' ? root : `${root}.${path}`
}

interface LogicPlace {
  readonly mode?: LogicMode
  /** Whether `{"secret": NAME}` may stand there. */
  readonly mayNameSecrets?: boolean
}

/** Which secrets there are is known when the workflow is loaded. */
const ANY_SECRET = operatorsWithSecrets(() => ({ value: '' }))

/** Whether inputs of a function may name secrets. */
export function callsOut({ category }: Pick<KnownFunction, 'category'>): boolean {
  return category === 'connector'
}

/** The problem of an expression that does not compile. */
export function logicProblems(
  path: string,
  rule: Json | undefined,
  { limits }: WorkflowCheck,
  where: string,
  { mode = 'template', mayNameSecrets = false }: LogicPlace = {},
): Detail[] {
  if (rule === undefined) return []
  const misplaced = mayNameSecrets ? [] : misplacedSecrets(path, rule)
  if (misplaced.length > 0) return misplaced
  try {
    compile(rule, { mode, limits, operators: mayNameSecrets ? ANY_SECRET : undefined })
    return []
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return [{ path, code: 'INVALID_LOGIC', message: `Invalid JSONLogic${where}: ${error.message}` }]
  }
}
