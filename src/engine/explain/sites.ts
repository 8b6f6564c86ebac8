import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { type LogicField, logicFields } from '../../workflow/logic-fields.ts'
import type { FunctionTable } from '../functions-api.ts'

/** Where a rule stands in its workflow. */
export interface Site {
  /** `tasks[1].condition`, `tasks[1].function.input.mappings[0].logic`. */
  readonly at: string
  /** Id of the task or group that the rule belongs to; absent for the workflow and its loop. */
  readonly owner?: string
  /** What a mapping writes to. */
  readonly target?: string
}

/** Finds the rules of one workflow. */
export class Sites {
  private readonly paths = new Map<Json, string>()
  private readonly values = new Map<string, JsonObject>()
  /** Fields of the inputs that were looked into, without those whose place was asked for. */
  private readonly unclaimed = new Map<string, LogicField[]>()
  private readonly functions: Pick<FunctionTable, 'find'>

  constructor(definition: JsonObject, functions: Pick<FunctionTable, 'find'>) {
    this.functions = functions
    for (const key of Object.keys(definition)) this.note(definition[key] ?? null, key)
  }

  /** `around` is the rule itself, or the input of the task that it is in. */
  find(rule: Json, around: string): Site {
    const at = this.pathOf(rule, around)
    const holder = this.values.get(at.slice(0, at.lastIndexOf('.')))
    const target = holder && own(holder, 'path')
    const owner = this.ownerOf(at)
    return { at, ...(owner !== undefined && { owner }), ...(typeof target === 'string' && { target }) }
  }

  private ownerOf(at: string): string | undefined {
    const step = /^(?:.*\.)?(?:tasks|setup)\[\d+\]/.exec(at.replace(/\.(?:function|condition)\b.*$/, ''))?.[0]
    const id = step === undefined ? undefined : this.values.get(step)?.id
    return typeof id === 'string' ? id : undefined
  }

  private note(value: Json, path: string): void {
    if (typeof value !== 'object' || value === null) return
    this.paths.set(value, path)
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.note(item, `${path}[${index}]`)
      return
    }
    this.values.set(path, value)
    for (const key of Object.keys(value)) this.note(value[key] ?? null, `${path}.${key}`)
  }

  /** A scalar may stand in many places; those of one task are read in their order. */
  private pathOf(rule: Json, around: string): string {
    const path = this.paths.get(rule)
    if (path !== undefined) return path
    const fields = this.unclaimed.get(around) ?? this.fields(around)
    this.unclaimed.set(around, fields)
    const at = fields.findIndex(field => field.rule === rule)
    return fields.splice(at, at === -1 ? 0 : 1)[0]?.path ?? around
  }

  private fields(inputPath: string): LogicField[] {
    const input = this.values.get(inputPath)
    const call = this.values.get(inputPath.slice(0, inputPath.lastIndexOf('.')))
    const name = call && own(call, 'name')
    const descriptor = typeof name === 'string' ? this.functions.find(name) : undefined
    return descriptor === undefined || !isObject(input) ? [] : logicFields(descriptor.input, input, inputPath)
  }
}
