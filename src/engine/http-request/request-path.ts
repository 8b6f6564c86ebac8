import { isObject, type Json, own } from '../../std/json.ts'
import { EngineError } from '../engine-error.ts'
import type { CompileContext, RunContext } from '../functions-api.ts'
import { textOrNothing } from './scalar-text.ts'

type Part = (run: RunContext) => string

/** What may not stand in a URL as it is, but may be written by hand; `%` begins what is encoded already. */
const UNWRITTEN = /[\p{Cc} "#<>\\^`{|}]|[^\p{ASCII}]+/gu

/**
 * The path of a request, encoded. What is written (a text, or the texts in a `cat`) stands as it is written and may have a
 * query; what is computed in a `cat` is one segment, or a part of one, whatever is in it; a path that is computed whole
 * keeps its slashes. Nothing leads out of the base path.
 */
export function compilePath(rule: Json | undefined, context: CompileContext): Part {
  if (rule === undefined || rule === null) return () => ''
  if (typeof rule === 'string') {
    const path = written(rule)
    return () => path
  }
  const parts = catOf(rule)?.map(part => (typeof part === 'string' ? fixed(part) : segment(part, context)))
  if (parts === undefined) {
    const whole = context.logic(rule, 'plain')
    return run => computed(whole.evaluate(run.message.context, run.budget))
  }
  return run => inside(parts.map(part => part(run)).join(''))
}

/** Why a written path cannot be; undefined when it can. */
export function pathProblem(path: string): string | undefined {
  return leadsUp(path) ? 'leads out of the base URL of its connector' : undefined
}

function catOf(rule: Json): readonly Json[] | undefined {
  if (!isObject(rule) || Object.keys(rule).length !== 1) return undefined
  const parts = own(rule, 'cat')
  return Array.isArray(parts) ? parts : undefined
}

function fixed(text: string): Part {
  const part = written(text)
  return () => part
}

function segment(rule: Json, context: CompileContext): Part {
  const expression = context.logic(rule, 'plain')
  return run => {
    const text = textOrNothing(expression.evaluate(run.message.context, run.budget), 'path')
    if (text === undefined || text === '') {
      throw new EngineError('Validation', "HttpCall: a computed part of 'path' is empty")
    }
    return encoded(text)
  }
}

function computed(value: Json): string {
  const text = textOrNothing(value, 'path')
  if (text === undefined) throw new EngineError('Validation', "HttpCall: 'path' is null")
  return inside(text.split('/').map(encoded).join('/'))
}

function inside(path: string): string {
  if (!leadsUp(path)) return path
  throw new EngineError('Validation', "HttpCall: 'path' leads out of the base URL of its connector")
}

/** Also spelled with escapes, which URLs read as dots. */
function leadsUp(path: string): boolean {
  const [bare = ''] = path.split('?')
  return bare.split(/[/\\]/).some(text => /^(?:\.|%2e){1,2}$/i.test(text))
}

function written(text: string): string {
  return text.toWellFormed().replaceAll(UNWRITTEN, encodeURIComponent)
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
