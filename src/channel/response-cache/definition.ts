import { type Static, Type } from '@sinclair/typebox'
import { Logic } from '../../expression/logic.ts'
import { HeaderName } from '../../std/header-name.ts'
import { OnStoreError, StoreConnector } from '../store-failure/definition.ts'

const NAMESPACE = '^[a-z0-9_.:-]{1,64}$'

/** Name of a group of cached answers that is invalidated together. */
export const CacheNamespace = Type.String({
  pattern: NAMESPACE,
  expected: '1 to 64 of a-z, 0-9, "_", ".", ":" and "-"',
  description: 'Name of a group of cached answers that is invalidated together',
})

/** Answers that are kept and given again (contract 9.2). */
export const ResponseCache = Type.Object(
  {
    enabled: Type.Boolean({ description: 'False turns the cache off and keeps its settings' }),
    ttl_secs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 31_536_000,
        default: 300,
        description: 'Seconds that an answer is kept',
      }),
    ),
    cache_key_fields: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
        minItems: 1,
        maxItems: 64,
        description:
          'Dotted paths below `data` that take the place of the whole body in the key, the metadata of the caller included; with none of them there is no caching',
      }),
    ),
    key_logic: Type.Optional(
      Logic(
        'Takes the place of the body in the key, over {data, metadata, headers, query, params, method, path}; null, or a failure, does not cache. Beats `cache_key_fields`',
      ),
    ),
    vary: Type.Optional(
      Type.Array(HeaderName('Name of a request header'), {
        maxItems: 32,
        description: 'Request headers that tell answers apart; others that the workflow reads do not',
      }),
    ),
    namespaces: Type.Optional(
      Type.Array(CacheNamespace, {
        minItems: 1,
        maxItems: 8,
        description: 'Groups that the answers belong to; invalidating one of them drops them',
      }),
    ),
    coalesce_misses: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Requests that miss the same answer at the same time run once and share it',
      }),
    ),
    connector: Type.Optional(StoreConnector),
    on_store_error: Type.Optional(OnStoreError('allow')),
  },
  {
    additionalProperties: false,
    description:
      'Answers again without a run. Method, path parameters, query, verified identity and body are in the key',
  },
)
export type ResponseCache = Static<typeof ResponseCache>
