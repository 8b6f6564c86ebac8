import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { adminErrors, entity } from '../answers.ts'
import { type Route, route } from '../route.ts'

const Invalidation = Type.Object(
  {
    namespace: Type.String(),
    stores: Type.Array(
      Type.Object({
        store: Type.String({ description: '`memory`: that of this process' }),
        invalidated: Type.Boolean({
          description: 'False when the store could not be reached; its answers stay until they are too old',
        }),
      }),
    ),
  },
  { description: 'What became of it in each store' },
)

export function cacheRoutes(catalog: Pick<Catalog, 'invalidateNamespace'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/admin/cache/namespaces/{ns}/invalidate',
      operationId: 'invalidate_cache_namespace',
      tag: 'Channels',
      summary: 'Drop the cached answers of a namespace',
      description:
        'Those of every channel whose `cache.namespaces` has the name, and those whose runs are under way. A name ' +
        'that no channel has is fine.',
      answers: entity(200, Invalidation),
      errors: adminErrors.list,
      run: async ({ by, params }) => {
        const namespace = params.ns ?? ''
        const stores = await catalog.invalidateNamespace(by, namespace)
        return { status: 200, body: { data: { namespace, stores } } }
      },
    }),
  ]
}
