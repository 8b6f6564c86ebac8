import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { ApplyBody, ApplyPlan, MAX_APPLY_BYTES } from '../../catalog/apply/definition.ts'
import { JsonMap } from '../../versioning/definition.ts'
import { adminErrors } from '../answers.ts'
import { type Route, route } from '../route.ts'

const tag = 'Definitions'
const MAX_LIMIT = 1000

const PageQuery = Type.Object({
  after: Type.String({ default: '', description: '`next` of the page before' }),
  limit: Type.Integer({ default: 100, description: `Rows to read; clamped to 10..${MAX_LIMIT}` }),
})

const Named = {
  kind: Type.String({ enum: ['workflow', 'channel', 'connector'] }),
  id: Type.String({ description: 'Id of a workflow or channel, name of a connector' }),
}

const Page = Type.Object({
  data: Type.Array(
    Type.Object({
      ...Named,
      definition: JsonMap(
        'As `POST /apply` takes it; literal secrets read ******, which keep what is stored',
      ),
    }),
  ),
  unreadable: Type.Array(Type.Object(Named), { description: 'Those of this page that cannot be read' }),
  next: Type.Union([Type.String(), Type.Null()], {
    description: '`after` of the next page; null at the end',
  }),
})

/** What is written down as a whole, as files have it. */
export function applyRoutes(catalog: Pick<Catalog, 'apply' | 'definitions'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/admin/apply',
      operationId: 'apply_definitions',
      tag,
      summary: 'Make definitions as the body says: all of them, or none',
      description:
        'One transaction, one reload. A definition that says nothing of its `status` becomes active; one that is as it ' +
        'shall be is left alone. What is not listed stays, unless `prune` is true. Answers when everything is live; ' +
        `the body may be ${MAX_APPLY_BYTES / 1024 / 1024} MiB long.`,
      body: ApplyBody,
      maxBodyBytes: MAX_APPLY_BYTES,
      answers: { 200: { description: 'What was done', schema: Type.Object({ data: ApplyPlan }) } },
      errors: [...adminErrors.create, 'SERVICE_UNAVAILABLE'],
      run: async ({ by, body }) => ({ status: 200, body: { data: await catalog.apply(by, body) } }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/admin/definitions',
      operationId: 'list_definitions',
      tag,
      summary: 'Every definition as a file holds it, page by page',
      description:
        'The active version, or of several the one with most of the traffic; the draft or the newest version with its ' +
        '`status` where none is active.',
      query: PageQuery,
      answers: { 200: { description: 'One page', schema: Page } },
      errors: adminErrors.list,
      run: async (_call, { after, limit }) => {
        const page = await catalog.definitions(after, Math.max(10, Math.min(MAX_LIMIT, limit)))
        return { status: 200, body: { data: page.definitions, unreadable: page.unreadable, next: page.next } }
      },
    }),
  ]
}
