import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { type Call, everyStep, readSteps } from '../workflow/lint/steps.ts'
import type { Effect, EffectTarget } from './effect.ts'
import type { FunctionDescriptor, FunctionTable } from './functions-api.ts'

/** What one task of a workflow can touch. */
export interface TaskEffect extends Effect {
  readonly task_id: string
  /** Where the task is: `tasks[0].tasks[1]`. */
  readonly path: string
  readonly function: string
  readonly retry_safety: FunctionDescriptor['retrySafety']
}

/** The text of a workflow, which need not be right. */
interface WorkflowText {
  readonly tasks: Json
  readonly loop?: Json | undefined
}

/** Everything that a workflow can touch, whether or not its conditions hold, in the order of its tasks. */
export function effectsOf({ tasks, loop }: WorkflowText, functions: FunctionTable): TaskEffect[] {
  const setup = isObject(loop) ? readSteps(own(loop, 'setup'), 'loop.setup') : []
  return [...everyStep([...setup, ...readSteps(tasks, 'tasks')])].flatMap(({ call, path, written }) => {
    const descriptor = call && functions.find(call.name)
    if (call === undefined || descriptor === undefined) return []
    const id = own(written, 'id')
    return effectsOfCall(call, descriptor).map(effect => ({
      task_id: typeof id === 'string' ? id : '',
      path,
      function: descriptor.name,
      retry_safety: descriptor.retrySafety,
      ...effect,
    }))
  })
}

/** A function of connectors that does not say what it touches is known by its own name and the connector's. */
function effectsOfCall({ input }: Call, { name, category, effects }: FunctionDescriptor): readonly Effect[] {
  if (effects !== undefined) return effects(input)
  return category === 'connector' ? [effectOf(input, { connector: 'connector' }, { operation: name })] : []
}

/**
 * An effect by the fields of the input that say it: a text is what it says, anything else is computed. `known` is what
 * the function itself knows, or says where the field is left out.
 */
export function effectOf(
  input: JsonObject,
  fields: Readonly<Partial<Record<keyof EffectTarget, string>>>,
  known: EffectTarget = {},
): Effect {
  const target: { -readonly [Key in keyof EffectTarget]: EffectTarget[Key] } = { ...known }
  const dynamic: (keyof EffectTarget)[] = []
  for (const key of TARGETS) {
    const field = fields[key]
    const written = field === undefined ? undefined : (own(input, field) ?? undefined)
    if (written === undefined) continue
    if (typeof written === 'string') {
      target[key] = written
    } else {
      delete target[key]
      dynamic.push(key)
    }
  }
  return { ...target, dynamic }
}

const TARGETS = ['operation', 'connector', 'host', 'table', 'topic', 'namespace', 'channel'] as const
