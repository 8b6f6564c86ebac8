import { Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { AMOUNT, CACHE_KEY, fieldValue, literalProblems, TTL_SECS } from '../cache-fields.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'

const OK = 200

export const cacheIncr = defineFunction({
  name: 'cache_incr',
  category: 'connector',
  summary: 'Adds to a whole number in a cache, in one step for all who count there; a missing one is 0.',
  input: Type.Object(
    {
      connector: Type.String({ minLength: 1, description: 'Name of a cache connector' }),
      key: Logic('The key, a text', 'plain'),
      by: Type.Optional(Logic('What is added, a whole number; 1 without it', 'plain')),
      ttl_secs: Type.Optional(
        Logic(
          'Seconds that the number is kept from when this makes it, at least 1; without it, as the connector says',
          'plain',
        ),
      ),
      output: Type.Optional(
        Type.String({ minLength: 1, description: 'Path of the sum; without it, it goes nowhere' }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    input: {
      connector: 'sessions',
      key: { cat: ['visits:', { var: 'data.id' }] },
      ttl_secs: 86_400,
      output: 'data.visits',
    },
    data: { id: 7 },
    answer: 3,
    result: { id: 7, visits: 3 },
  },
  retrySafety: 'unsafe_write',
  problems: ({ key, by, ttl_secs }) => [
    ...literalProblems('key', CACHE_KEY, key),
    ...literalProblems('by', AMOUNT, by),
    ...literalProblems('ttl_secs', TTL_SECS, ttl_secs),
  ],
  compile({ connector, key, by = 1, ttl_secs = null, output }, context) {
    const expressions = {
      key: context.logic(key, 'plain'),
      by: context.logic(by, 'plain'),
      ttl: context.logic(ttl_secs, 'plain'),
    }
    const write = output === undefined ? undefined : compileOutput(output, context)
    const asked = { operation: 'increment', isRepeatable: false }
    return async run => {
      const { message, budget } = run
      const { context: seen } = message
      const name = fieldValue('CacheIncr', 'key', CACHE_KEY, expressions.key.evaluate(seen, budget))
      const amount = fieldValue('CacheIncr', 'by', AMOUNT, expressions.by.evaluate(seen, budget))
      const ttlSecs = fieldValue('CacheIncr', 'ttl_secs', TTL_SECS, expressions.ttl.evaluate(seen, budget))
      const sum = await callOver(run, connector, 'cache', asked, (cache, signal) =>
        cache.increment(name, amount, ttlSecs ?? undefined, signal),
      )
      write?.(run, sum)
      return OK
    }
  },
})
