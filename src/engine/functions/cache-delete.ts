import { Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { CACHE_KEY, CACHE_KEYS, fieldValue, keyProblems } from '../cache-fields.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'

const OK = 200

export const cacheDelete = defineFunction({
  name: 'cache_delete',
  category: 'connector',
  summary: 'Removes a value, or several, from a cache and tells how many there were, as `{"deleted": n}`.',
  input: Type.Object(
    {
      connector: Type.String({ minLength: 1, description: 'Name of a cache connector' }),
      key: Type.Optional(Logic('The key, a text', 'plain')),
      keys: Type.Optional(Logic('A list of keys, 1000 at most', 'plain')),
      output: Type.Optional(
        Type.String({ minLength: 1, description: 'Path of the result; without it, it goes nowhere' }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    input: { connector: 'sessions', keys: ['user:7', 'cart:7'], output: 'data.gone' },
    data: {},
    answer: { deleted: 2 },
    result: { gone: { deleted: 2 } },
  },
  retrySafety: 'idempotent_write',
  problems: keyProblems,
  compile({ connector, key, keys, output }, context) {
    const expression = context.logic(key ?? keys ?? null, 'plain')
    const write = output === undefined ? undefined : compileOutput(output, context)
    const asked = { operation: 'delete', isRepeatable: true }
    return async run => {
      const named = expression.evaluate(run.message.context, run.budget)
      const unwanted =
        key === undefined
          ? fieldValue('CacheDelete', 'keys', CACHE_KEYS, named)
          : [fieldValue('CacheDelete', 'key', CACHE_KEY, named)]
      const deleted = await callOver(run, connector, 'cache', asked, (cache, signal) =>
        cache.delete(unwanted, signal),
      )
      write?.(run, { deleted })
      return OK
    }
  },
})
