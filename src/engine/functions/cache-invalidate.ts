import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CacheNamespace } from '../../channel/response-cache/definition.ts'
import type { Invalidated } from '../../channel/response-cache/invalidation.ts'
import type { Detail } from '../../errors.ts'
import { Logic } from '../../expression/logic.ts'
import { together } from '../../std/awaitable.ts'
import { excerpt } from '../../std/excerpt.ts'
import type { Json } from '../../std/json.ts'
import { defineFunction } from '../define-function.ts'
import type { Effect } from '../effect.ts'
import { EngineError } from '../engine-error.ts'
import type { TaskStatus } from '../functions-api.ts'

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
  effects: ({ namespaces }) => (Array.isArray(namespaces) ? namespaces.map(invalidation) : []),
  problems: ({ namespaces }) => namespaces.flatMap(nameProblems),
  compile({ namespaces }, { logic }) {
    const expressions = namespaces.map(rule => logic(rule, 'plain'))
    return run => {
      const names = expressions.map(expression => named(expression.evaluate(run.message.context, run.budget)))
      const stores = together(names.map(name => run.invalidate(name)))
      return stores instanceof Promise ? stores.then(statusOf) : statusOf(stores)
    }
  },
})

function invalidation(rule: Json): Effect {
  const operation = 'invalidate'
  if (typeof rule !== 'string') return { operation, dynamic: ['namespace'] }
  return { operation, namespace: rule, dynamic: [] }
}

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

function statusOf(stores: readonly (readonly Invalidated[])[]): TaskStatus {
  const failed = stores.flat().filter(({ invalidated }) => !invalidated)
  if (failed.length === 0) return OK
  const names = [...new Set(failed.map(({ store }) => store))].join(', ')
  throw new EngineError('FunctionExecution', `CacheInvalidate: The cache in ${names} could not be reached`)
}
