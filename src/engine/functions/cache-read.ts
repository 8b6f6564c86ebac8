import { Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { CACHE_KEY, CACHE_KEYS, fieldValue, keyProblems } from '../cache-fields.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'

const OK = 200

export const cacheRead = defineFunction({
  name: 'cache_read',
  category: 'connector',
  summary: 'Reads a value, or several, from a cache; null where there is none.',
  input: Type.Object(
    {
      connector: Type.String({ minLength: 1, description: 'Name of a cache connector' }),
      key: Type.Optional(Logic('The key, a text', 'plain')),
      keys: Type.Optional(
        Logic('A list of keys, 1000 at most; their values come as a list in its order', 'plain'),
      ),
      output: Type.Optional(
        Type.String({ minLength: 1, description: 'Path of the result', default: 'data' }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    input: { connector: 'sessions', key: { cat: ['user:', { var: 'data.id' }] }, output: 'data.user' },
    data: { id: 7 },
    answer: { name: 'Ann' },
    result: { id: 7, user: { name: 'Ann' } },
  },
  retrySafety: 'read',
  problems: keyProblems,
  compile({ connector, key, keys, output }, context) {
    const expression = context.logic(key ?? keys ?? null, 'plain')
    const isMany = key === undefined
    const write = compileOutput(output, context)
    const asked = { operation: 'read', isRepeatable: true }
    return async run => {
      const named = expression.evaluate(run.message.context, run.budget)
      const wanted = isMany
        ? fieldValue('CacheRead', 'keys', CACHE_KEYS, named)
        : [fieldValue('CacheRead', 'key', CACHE_KEY, named)]
      const values = await callOver(run, connector, 'cache', asked, (cache, signal) =>
        cache.read(wanted, signal),
      )
      const found = values.map(value => value ?? null)
      write(run, isMany ? found : (found[0] ?? null))
      return OK
    }
  },
})
