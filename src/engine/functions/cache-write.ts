import { Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { excerpt } from '../../std/excerpt.ts'
import type { Json } from '../../std/json.ts'
import { callOver } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'

const OK = 200

export const cacheWrite = defineFunction({
  name: 'cache_write',
  category: 'connector',
  summary: 'Writes a value to a cache, for some time or until it is written again.',
  input: Type.Object(
    {
      connector: Type.String({ minLength: 1, description: 'Name of a cache connector' }),
      key: Logic('The key, a text', 'plain'),
      value: Logic('The value, any JSON'),
      ttl_secs: Type.Optional(
        Logic('Seconds that it is kept, at least 1; without it, as the connector says', 'plain'),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    input: { connector: 'sessions', key: 'user:7', value: { var: 'data.user' }, ttl_secs: 60 },
    data: { user: { id: 7 } },
    result: { user: { id: 7 } },
  },
  retrySafety: 'idempotent_write',
  compile({ connector, key, value, ttl_secs }, { logic }) {
    const expressions = {
      key: logic(key, 'plain'),
      value: logic(value),
      ttl: logic(ttl_secs ?? null, 'plain'),
    }
    const asked = { operation: 'write', isRepeatable: true }
    return async run => {
      const { context } = run.message
      const name = expressions.key.evaluate(context, run.budget)
      if (typeof name !== 'string') throw invalid('key', name, 'a text')
      const ttlSecs = secondsOf(expressions.ttl.evaluate(context, run.budget))
      const kept = expressions.value.evaluate(context, run.budget)
      await callOver(run, connector, 'cache', asked, (cache, signal) =>
        cache.write(name, kept, ttlSecs, signal),
      )
      return OK
    }
  },
})

function secondsOf(value: Json): number | undefined {
  if (value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value
  throw invalid('ttl_secs', value, 'a whole number of at least 1')
}

function invalid(field: string, got: Json, expected: string): EngineError {
  return new EngineError(
    'Validation',
    `CacheWrite: '${field}' must be ${expected}, got ${excerpt(JSON.stringify(got))}`,
  )
}
