import { isObject, type Json, own } from '../std/json.ts'
import { isTooLarge } from '../std/json-size.ts'
import { budgetExceeded, EngineError } from './engine-error.ts'
import type { CompileContext, Task } from './functions-api.ts'
import { inTurns } from './in-turns.ts'
import { assignNew, compilePlace, compileRead } from './paths.ts'
import { spendWriting } from './spend.ts'

/** Writes a text step by step. */
interface Writer {
  /** Writes a little more; false when all is written. */
  step(): boolean
  readonly text: string
}

interface Publication {
  /** Name of the function in its errors. */
  readonly title: string
  readonly source: string
  readonly target: string
  /** Spaces that each level is indented by. */
  readonly indent?: number
  readonly write: (value: Json) => Writer
}

/** A task that writes a value of `data` as text to another place of `data`. */
export function compilePublication(publication: Publication, context: CompileContext): Task {
  const { title, source, target, indent = 0, write } = publication
  const { maxResultChars, maxArrayPadding } = context.limits
  context.reads(`data.${source}`)
  if (source.startsWith('data.')) context.reads(source)
  const find = findIn(source)
  const place = compilePlace(`data.${target}`, maxArrayPadding)
  const refuseTooLong = (isTooLong: boolean): void => {
    if (!isTooLong) return
    throw budgetExceeded(
      `${title}: 'data.${source}' has more than ${maxResultChars} characters (engine.max_result_chars)`,
    )
  }
  return run => {
    const value = find(run.message.context.data) ?? null
    if (value === null) {
      throw new EngineError('Validation', `${title}: Source 'data.${source}' not found or is null`)
    }
    refuseTooLong(isTooLarge(value, maxResultChars, indent))
    const writer = write(value)
    const waiting = inTurns(run, () => {
      const goesOn = writer.step()
      refuseTooLong(writer.text.length > maxResultChars)
      return goesOn
    })
    const end = () => {
      spendWriting(run.budget, writer.text.length)
      assignNew(run, place, writer.text)
      return 200
    }
    return waiting === undefined ? end() : waiting.then(end)
  }
}

/** A literal key of `data`, else a path in `data`, else the same without a leading `data.`. */
function findIn(source: string): (data: Json) => Json | undefined {
  const read = compileRead(source)
  const readStripped = source.startsWith('data.') ? compileRead(source.slice('data.'.length)) : undefined
  return data => (isObject(data) ? own(data, source) : undefined) ?? read(data) ?? readStripped?.(data)
}
