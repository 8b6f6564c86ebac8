import { Type } from '@sinclair/typebox'
import { OrionError } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import { parseJson } from '../../std/parse-json.ts'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'
import { assign, assignNew, compilePlace } from '../paths.ts'
import { compileSource, sourceProblems } from '../source.ts'
import { spendReading } from '../spend.ts'
import { sourceTouches } from '../touches.ts'

export const parseJsonFunction = defineFunction({
  name: 'parse_json',
  category: 'data',
  summary:
    'Brings a value into `data`, usually the payload, which logic cannot read. A text is parsed as JSON; one that is ' +
    'no JSON is stored as it is; a missing source is stored as null.',
  input: Type.Object(
    {
      source: Type.String({
        description: '`payload`, `payload.order.lines`, or a path of the context such as `data.raw`',
      }),
      target: Type.String({ description: 'Where it goes below `data`: `order`, `order.lines`' }),
    },
    { additionalProperties: false },
  ),
  example: {
    payload: { order_id: 'ORD-1', lines: '[1, 2]' },
    input: { source: 'payload.lines', target: 'order.lines' },
    result: { order: { lines: [1, 2] } },
  },
  retrySafety: 'pure',
  touches: sourceTouches,
  problems: sourceProblems,
  compile({ source, target }, context) {
    const read = compileSource(source, context)
    const place = compilePlace(`data.${target}`, context.limits.maxArrayPadding)
    return run => {
      const value = read(run.message)
      if (typeof value === 'string') {
        spendReading(run.budget, value.length)
        assignNew(run, place, parsed(value, source))
      } else assign(run, place, value ?? null)
      return 200
    }
  },
})

/** Text that is no JSON stays as it is; JSON with a number beyond the range of numbers is refused. */
function parsed(text: string, source: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof OrionError)) throw error
    if (error.code !== 'NUMBER_OUT_OF_RANGE') return text
    const detail = error.details?.[0]
    const where = detail?.path === '' ? '' : ` at "${detail?.path}"`
    throw new EngineError(
      'Validation',
      `ParseJson: Source '${source}' holds ${detail?.got}${where}, which ${detail?.message}`,
    )
  }
}
