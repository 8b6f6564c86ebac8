import { Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { CACHE_KEY, fieldValue, literalProblems, TTL_SECS } from '../cache-fields.ts'
import { callOver } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'

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
  problems: ({ key, ttl_secs }) => [
    ...literalProblems('key', CACHE_KEY, key),
    ...literalProblems('ttl_secs', TTL_SECS, ttl_secs),
  ],
  compile({ connector, key, value, ttl_secs = null }, { logic }) {
    const expressions = { key: logic(key, 'plain'), value: logic(value), ttl: logic(ttl_secs, 'plain') }
    const asked = { operation: 'write', isRepeatable: true }
    return async run => {
      const { message, budget } = run
      const { context } = message
      const name = fieldValue('CacheWrite', 'key', CACHE_KEY, expressions.key.evaluate(context, budget))
      const ttlSecs = fieldValue(
        'CacheWrite',
        'ttl_secs',
        TTL_SECS,
        expressions.ttl.evaluate(context, budget),
      )
      const kept = expressions.value.evaluate(context, budget)
      await callOver(run, connector, 'cache', asked, (cache, signal) =>
        cache.write(name, kept, ttlSecs ?? undefined, signal),
      )
      return OK
    }
  },
})
