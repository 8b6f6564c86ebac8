import { isObject, type Json, own } from '../std/json.ts'
import { isTooLarge } from '../std/json-size.ts'
import { budgetExceeded, EngineError } from './engine-error.ts'
import type { CompileContext, Task } from './functions-api.ts'
import { assign, compilePlace, compileRead } from './paths.ts'

interface Publication {
  /** Name of the function in its errors. */
  readonly title: string
  readonly source: string
  readonly target: string
  readonly write: (value: Json) => string
}

/** A task that writes a value of `data` as text to another place of `data`. */
export function compilePublication(
  { title, source, target, write }: Publication,
  context: CompileContext,
): Task {
  const { maxResultChars, maxArrayPadding } = context.limits
  context.reads(`data.${source}`)
  if (source.startsWith('data.')) context.reads(source)
  const find = findIn(source)
  const place = compilePlace(`data.${target}`, maxArrayPadding)
  const tooLong = () =>
    budgetExceeded(
      `${title}: 'data.${source}' has more than ${maxResultChars} characters (engine.max_result_chars)`,
    )
  return run => {
    const value = find(run.message.context.data) ?? null
    if (value === null) {
      throw new EngineError('Validation', `${title}: Source 'data.${source}' not found or is null`)
    }
    if (isTooLarge(value, maxResultChars)) throw tooLong()
    const text = write(value)
    if (text.length > maxResultChars) throw tooLong()
    assign(run, place, text)
    return 200
  }
}

/** A literal key of `data`, else a path in `data`, else the same without a leading `data.`. */
function findIn(source: string): (data: Json) => Json | undefined {
  const read = compileRead(source)
  const readStripped = source.startsWith('data.') ? compileRead(source.slice('data.'.length)) : undefined
  return data => (isObject(data) ? own(data, source) : undefined) ?? read(data) ?? readStripped?.(data)
}
