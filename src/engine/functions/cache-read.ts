import { Type } from '@sinclair/typebox'
import type { Detail } from '../../errors.ts'
import { Logic } from '../../expression/logic.ts'
import { excerpt } from '../../std/excerpt.ts'
import type { Json } from '../../std/json.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'

const OK = 200
const MAX_KEYS = 1000

export const cacheRead = defineFunction({
  name: 'cache_read',
  category: 'connector',
  summary: 'Reads a value, or several, from a cache; null where there is none.',
  input: Type.Object(
    {
      connector: Type.String({ minLength: 1, description: 'Name of a cache connector' }),
      key: Type.Optional(Logic('The key', 'plain')),
      keys: Type.Optional(
        Logic(`A list of keys, ${MAX_KEYS} at most; their values come as a list in its order`, 'plain'),
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
  problems: ({ key, keys }) => oneOf({ key, keys }),
  compile({ connector, key, keys, output }, context) {
    const expression = context.logic(key ?? keys ?? null, 'plain')
    const isMany = key === undefined
    const write = compileOutput(output, context)
    const asked = { operation: 'read', isRepeatable: true }
    return async run => {
      const named = expression.evaluate(run.message.context, run.budget)
      const wanted = isMany ? textsOf(named) : [textOf(named)]
      const values = await callOver(run, connector, 'cache', asked, (cache, signal) =>
        cache.read(wanted, signal),
      )
      const found = values.map(value => value ?? null)
      write(run, isMany ? found : (found[0] ?? null))
      return OK
    }
  },
})

/** `key` or `keys`, exactly one. */
function oneOf({ key, keys }: { key: Json | undefined; keys: Json | undefined }): Detail[] {
  if ((key === undefined) !== (keys === undefined)) return []
  const message = key === undefined ? "'key' or 'keys' is missing" : "'key' and 'keys' exclude each other"
  return [{ path: 'key', code: 'REQUIRED', message, expected: 'either key or keys' }]
}

function textOf(key: Json): string {
  if (typeof key === 'string') return key
  throw new EngineError('Validation', `CacheRead: a key must be a text, got ${excerpt(JSON.stringify(key))}`)
}

function textsOf(keys: Json): string[] {
  if (!Array.isArray(keys)) throw new EngineError('Validation', "CacheRead: 'keys' must be a list of texts")
  if (keys.length > MAX_KEYS) throw new EngineError('Validation', `CacheRead: more than ${MAX_KEYS} keys`)
  return keys.map(textOf)
}
