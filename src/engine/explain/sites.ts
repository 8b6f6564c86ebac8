import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { logicFields } from '../../workflow/logic-fields.ts'
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
  private readonly claimed = new Set<string>()
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
    const field = this.fields(around).find(
      ({ path, rule: other }) => other === rule && !this.claimed.has(path),
    )
    if (field === undefined) return around
    this.claimed.add(field.path)
    return field.path
  }

  private fields(inputPath: string): ReturnType<typeof logicFields> {
    const input = this.values.get(inputPath)
    const call = this.values.get(inputPath.slice(0, inputPath.lastIndexOf('.')))
    const name = call && own(call, 'name')
    const descriptor = typeof name === 'string' ? this.functions.find(name) : undefined
    return descriptor === undefined || !isObject(input) ? [] : logicFields(descriptor.input, input, inputPath)
  }
}
