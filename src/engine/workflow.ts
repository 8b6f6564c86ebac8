import { type Detail, OrionError, validationError } from '../errors.ts'
import { compile } from '../expression/compile.ts'
import { ExpressionError } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import { nearestName } from '../std/nearest-name.ts'
import { type Condition, compileCondition } from './condition.ts'
import type {
  CompileContext,
  EngineLimits,
  FunctionDescriptor,
  FunctionTable,
  Task,
} from './functions-api.ts'
import type { Reads } from './reads.ts'
import { readTasks, type TaskDefinition } from './task-definition.ts'

/** What the engine needs of a stored workflow. */
export interface WorkflowDefinition {
  readonly workflow_id: string
  readonly name: string
  readonly priority: number
  readonly condition: Json
  readonly tasks: Json
  readonly continue_on_error: boolean
  /** The channel of a run by channel; `default` when absent. */
  readonly channel?: string
  /** `active` when absent. */
  readonly status?: string
  readonly rollout?: Rollout | null
}

/** Half-open range of buckets that are let in; an empty or inverted one lets nobody in. */
interface Rollout {
  readonly bucket_start: number
  readonly bucket_end: number
}

export interface CompiledTask {
  readonly id: string
  readonly condition: Condition
  readonly run: Task
  readonly continueOnError: boolean
}

/** A workflow ready to run; holds no state of any run. */
export interface CompiledWorkflow {
  readonly id: string
  readonly priority: number
  readonly channel: string
  readonly active: boolean
  readonly rollout: Rollout | undefined
  readonly condition: Condition
  readonly tasks: readonly CompiledTask[]
  readonly continueOnError: boolean
  /** What of the context its logic and tasks may read. */
  readonly reads: Reads
}

export interface CompileDependencies {
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly clock: Clock
}

/** Compiles conditions and inputs. Throws VALIDATION_ERROR that lists every problem. */
export function compileWorkflow(
  definition: WorkflowDefinition,
  { functions, limits, clock }: CompileDependencies,
): CompiledWorkflow {
  if (definition.workflow_id === '' || definition.name === '') {
    const path = definition.workflow_id === '' ? 'workflow_id' : 'name'
    throw validationError([{ path, code: 'REQUIRED', message: 'must not be empty' }])
  }
  const problems: Detail[] = []
  const reads = new Set<string>()
  let readsAny = false
  const context: CompileContext = {
    limits,
    reads: path => reads.add(path),
    logic(rule, mode = 'template') {
      const expression = compile(rule, { mode, limits, clock })
      if (expression.reads === 'any') readsAny = true
      else for (const path of expression.reads) reads.add(path)
      return expression
    },
  }
  const condition = attempt('condition', problems, () => compileCondition(definition.condition, context))
  const tasks = readTasks(definition.tasks).map((task, at) =>
    compileTask(task, `tasks[${at}]`, { functions, context, problems }),
  )
  if (problems.length > 0) throw validationError(problems)
  return {
    id: definition.workflow_id,
    priority: definition.priority,
    channel: definition.channel ?? 'default',
    active: (definition.status ?? 'active') === 'active',
    rollout: definition.rollout ?? undefined,
    condition,
    tasks: tasks.flatMap(task => task ?? []),
    continueOnError: definition.continue_on_error,
    reads: readsAny ? 'any' : [...reads],
  }
}

interface Workbench {
  functions: FunctionTable
  context: CompileContext
  problems: Detail[]
}

function compileTask(task: TaskDefinition, path: string, bench: Workbench): CompiledTask | undefined {
  const { functions, context, problems } = bench
  const condition = attempt(`${path}.condition`, problems, () => compileCondition(task.condition, context))
  const descriptor = functions.find(task.functionName)
  if (descriptor === undefined) {
    problems.push(unknownFunction(task.functionName, `${path}.function.name`, functions))
    return undefined
  }
  const run = compileInput(descriptor, task.input, `${path}.function.input`, bench)
  return run && { id: task.id, condition, run, continueOnError: task.continueOnError }
}

function compileInput(
  descriptor: FunctionDescriptor,
  input: Json,
  path: string,
  { context, problems }: Workbench,
): Task | undefined {
  return attempt(path, problems, () => descriptor.compile(input, context))
}

/** Runs one step of the compilation; what the author can mend becomes a problem, anything else is thrown on. */
function attempt<T>(path: string, problems: Detail[], step: () => T): T | undefined {
  try {
    return step()
  } catch (error) {
    if (error instanceof ExpressionError) {
      problems.push({ path, code: 'INVALID_LOGIC', message: error.message })
    } else if (error instanceof OrionError && error.details !== undefined) {
      for (const detail of error.details) problems.push({ ...detail, path: joined(path, detail.path) })
    } else {
      throw error
    }
    return undefined
  }
}

function joined(root: string, path: string): string {
  return path === '' ? root : `${root}.${path}`
}

function unknownFunction(name: string, path: string, { names, unavailable }: FunctionTable): Detail {
  if (unavailable.includes(name)) {
    const message = `Function "${name}" is not available in this version`
    return { path, code: 'NOT_AVAILABLE', message, expected: `one of ${names.join(', ')}` }
  }
  const suggestion = nearestName(name, names)
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`
  return {
    path,
    code: 'UNKNOWN_FUNCTION',
    message: `Function not found: ${name}${hint}`,
    expected: `one of ${names.join(', ')}`,
    ...(suggestion !== undefined && { suggestion }),
  }
}
