import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { adminErrors } from '../answers.ts'
import { ComparisonSchema } from '../comparison-schema.ts'
import { type Route, route } from '../route.ts'
import { idOf } from './versioned.ts'

const Report = Type.Object({
  data: Type.Object({
    ...ComparisonSchema.properties,
    skipped: Type.Integer({ description: 'Requests that the draft did not run because too many waited' }),
  }),
})

export function shadowRoute({ shadow }: Pick<Catalog, 'shadow'>): Route {
  return route({
    method: 'GET',
    path: '/api/v1/admin/workflows/{id}/shadow',
    operationId: 'get_workflow_shadow',
    tag: 'Workflows',
    summary: 'What a draft that runs beside the active version does otherwise',
    description:
      'Counts since the shadow began, its draft was edited, another version became active, or the server started.',
    answers: { 200: { description: 'The comparison so far', schema: Report } },
    errors: [...adminErrors.read],
    run: async call => ({ status: 200, body: { data: await shadow(idOf(call)) } }),
  })
}
