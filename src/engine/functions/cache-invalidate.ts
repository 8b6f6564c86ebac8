import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CacheNamespace } from '../../channel/response-cache/definition.ts'
import type { Detail } from '../../errors.ts'
import { Logic } from '../../expression/logic.ts'
import { excerpt } from '../../std/excerpt.ts'
import type { Json } from '../../std/json.ts'
import { defineFunction } from '../define-function.ts'
import { EngineError } from '../engine-error.ts'
import type { RunContext } from '../functions-api.ts'

const OK = 200

export const cacheInvalidate = defineFunction({
  name: 'cache_invalidate',
  category: 'utility',
  summary:
    'Drops the cached answers of every channel whose `cache.namespaces` has one of these names, those too whose runs ' +
    'are under way. Fails when a cache cannot be reached; its answers then stay until they are too old.',
  input: Type.Object(
    {
      namespaces: Type.Array(Logic('Name of a namespace', 'plain'), {
        minItems: 1,
        maxItems: 8,
        description: 'Names, or expressions that give one',
      }),
    },
    { additionalProperties: false },
  ),
  example: {
    data: { region: 'eu' },
    input: { namespaces: ['prices', { cat: ['prices:', { var: 'data.region' }] }] },
    result: { region: 'eu' },
  },
  retrySafety: 'idempotent_write',
  problems: ({ namespaces }) => namespaces.flatMap(nameProblems),
  compile({ namespaces }, { logic }) {
    const expressions = namespaces.map(rule => logic(rule, 'plain'))
    return async run => {
      const names = expressions.map(expression => named(expression.evaluate(run.message.context, run.budget)))
      for (const name of names) await drop(name, run)
      return OK
    }
  },
})

function nameProblems(rule: Json, at: number): Detail[] {
  if (typeof rule !== 'string' || Value.Check(CacheNamespace, rule)) return []
  const path = `namespaces[${at}]`
  const message = `'${excerpt(rule)}' is no name of a namespace`
  return [
    { path, code: 'INVALID_FORMAT', message, expected: String(CacheNamespace.expected), got: excerpt(rule) },
  ]
}

function named(value: Json): string {
  if (typeof value === 'string' && Value.Check(CacheNamespace, value)) return value
  const got = typeof value === 'string' ? `'${excerpt(value)}'` : typeof value
  throw new EngineError(
    'Validation',
    `CacheInvalidate: ${got} is no name of a namespace, which is ${CacheNamespace.expected}`,
  )
}

async function drop(namespace: string, run: RunContext): Promise<void> {
  const stores = await run.invalidate(namespace)
  const failed = stores.filter(({ invalidated }) => !invalidated).map(({ store }) => store)
  if (failed.length === 0) return
  throw new EngineError(
    'FunctionExecution',
    `CacheInvalidate: Namespace '${namespace}' could not be invalidated in ${failed.join(', ')}`,
  )
}
