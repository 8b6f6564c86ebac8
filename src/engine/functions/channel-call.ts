import { Type } from '@sinclair/typebox'
import type { Detail } from '../../errors.ts'
import { Logic } from '../../expression/logic.ts'
import { excerpt } from '../../std/excerpt.ts'
import { type Json, own } from '../../std/json.ts'
import { compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'
import { effectOf } from '../effects.ts'
import { EngineError } from '../engine-error.ts'
import type { CompileContext, RunContext } from '../functions-api.ts'
import { keptResult } from '../kept-result.ts'
import { spend } from '../spend.ts'

const OK = 200
/** Operations that the way to a channel and back costs, beside those of its run. */
const OPERATIONS_PER_CALL = 500
/** The longest wait that a timer can hold. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

interface Input {
  channel?: Json
  channel_logic?: Json
  data?: Json
  data_logic?: Json
  output?: string
  response_path?: string
  timeout_ms?: Json
  idempotency_key?: Json
}

export const channelCall = defineFunction({
  name: 'channel_call',
  category: 'control',
  summary: 'Runs another channel on data of this one, and takes the whole `data` that it ends with.',
  input: Type.Object(
    {
      channel: Type.Optional(Logic('Name of the channel')),
      channel_logic: Type.Optional(Logic('The same; it wins over `channel`')),
      data: Type.Optional(Logic('Its payload; absent or null is the payload of this message')),
      data_logic: Type.Optional(Logic('The same; it wins over `data`')),
      output: Type.Optional(
        Type.String({ minLength: 1, description: 'Path of the result', default: 'data' }),
      ),
      response_path: Type.Optional(Type.String({ minLength: 1, description: 'Another name of `output`' })),
      timeout_ms: Type.Optional(
        Logic('Milliseconds that the call may take; absent is `engine.default_channel_call_timeout_ms`'),
      ),
      idempotency_key: Type.Optional(
        Logic(
          'Calls with the same key have their work done once, as the `deduplication` of the channel says; null is none',
        ),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    input: { channel: 'prices', data: { sku: { var: 'data.sku' } }, output: 'data.price' },
    data: { sku: 'a-1' },
    answer: { net: 10, gross: 12 },
    result: { sku: 'a-1', price: { net: 10, gross: 12 } },
  },
  retrySafety: 'unsafe_write',
  tellsEffect: true,
  problems,
  effects(input) {
    const channel = own(input, 'channel_logic') === undefined ? 'channel' : 'channel_logic'
    return [effectOf(input, { channel }, { operation: 'call' })]
  },
  touches(input) {
    const field = own(input, 'response_path') === undefined ? 'output' : 'response_path'
    const path = own(input, field) ?? 'data'
    return [{ kind: 'write', field, path: typeof path === 'string' ? path : undefined }]
  },
  compile(input, context) {
    const { channel = null, channel_logic = channel, data = null, data_logic = data } = input
    if (typeof channel_logic === 'string') context.calls(channel_logic)
    const target = context.logic(channel_logic)
    const payload = data_logic === null ? undefined : keptResult(context.logic(data_logic))
    const timeout = optional(input.timeout_ms, context)
    const key = optional(input.idempotency_key, context)
    const write = compileOutput(input.output ?? input.response_path, context)
    return async run => {
      const { message, budget } = run
      const call = {
        channel: nameOf(target.evaluate(message.context, budget)),
        data: payload?.(run) ?? message.payload,
        timeoutMs: timeoutOf(timeout?.(run) ?? null),
        idempotencyKey: keyOf(key?.(run) ?? null),
      }
      spend(budget, OPERATIONS_PER_CALL)
      // The called channel is given what is in the metadata.
      run.own.share(['metadata'])
      write(run, await run.call(call, run))
      return OK
    }
  },
})

function optional(rule: Json | undefined, context: CompileContext): ((run: RunContext) => Json) | undefined {
  if (rule === undefined) return undefined
  const expression = context.logic(rule)
  return ({ message, budget }) => expression.evaluate(message.context, budget)
}

/** What is wrong whatever the data are. */
function problems({ channel, channel_logic, timeout_ms, output, response_path }: Input): Detail[] {
  const found: Detail[] = []
  const field = channel_logic === undefined ? 'channel' : 'channel_logic'
  const name = channel_logic ?? channel
  const expected = 'the name of a channel, or an expression that gives one'
  if (name === undefined) {
    found.push({ path: '', code: 'REQUIRED', message: "'channel' or 'channel_logic' is missing", expected })
  } else if (name === '') {
    found.push({ path: field, code: 'REQUIRED', message: 'target channel name must not be empty', expected })
  } else if (name === null || typeof name === 'number' || typeof name === 'boolean' || Array.isArray(name)) {
    found.push({
      path: field,
      code: 'TYPE_MISMATCH',
      message: `'${field}' must evaluate to a string`,
      expected,
    })
  }
  if (timeout_ms !== undefined && !isExpression(timeout_ms) && !isTimeout(timeout_ms)) {
    const message = `must be an integer from 1 to ${MAX_TIMEOUT_MS}`
    found.push({ path: 'timeout_ms', code: 'OUT_OF_RANGE', message, got: timeout_ms })
  }
  if (output !== undefined && response_path !== undefined) {
    const message = "'output' and 'response_path' are the same; one of them is enough"
    found.push({ path: 'response_path', code: 'DUPLICATE', message })
  }
  return found
}

function isExpression(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTimeout(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_TIMEOUT_MS
}

function nameOf(value: Json): string {
  if (typeof value !== 'string') {
    throw invalid(`'channel' must evaluate to a string, got ${excerpt(JSON.stringify(value))}`)
  }
  if (value === '') throw invalid('target channel name must not be empty')
  return value
}

function timeoutOf(value: Json): number | undefined {
  if (value === null) return undefined
  if (isTimeout(value)) return value
  throw invalid(
    `'timeout_ms' must be an integer from 1 to ${MAX_TIMEOUT_MS}, got ${excerpt(JSON.stringify(value))}`,
  )
}

/** Blank is none, as in a header. */
function keyOf(value: Json): string | undefined {
  if (value === null) return undefined
  if (typeof value !== 'string') {
    throw invalid(`'idempotency_key' must be a text, got ${excerpt(JSON.stringify(value))}`)
  }
  return value.trim() === '' ? undefined : value
}

function invalid(text: string): EngineError {
  return new EngineError('Validation', `channel_call: ${text}`)
}
