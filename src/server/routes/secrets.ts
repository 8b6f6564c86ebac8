import { Type } from '@sinclair/typebox'
import type { SecretCatalog } from '../../catalog/secrets.ts'
import { PutSecret, SecretView } from '../../secrets/definition.ts'
import { adminErrors, entity, entityReply, list, listReply } from '../answers.ts'
import { PageQuery, pageOf } from '../query.ts'
import { type Route, route } from '../route.ts'

const PATH = '/api/v1/admin/secrets'
const tag = 'Secrets'

export function secretRoutes(secrets: SecretCatalog): Route[] {
  return [
    route({
      method: 'GET',
      path: PATH,
      operationId: 'list_secrets',
      tag,
      summary: 'List the stored secrets, without their values',
      query: Type.Object(PageQuery),
      answers: list(SecretView),
      errors: adminErrors.list,
      run: (_, query) => listReply(pageOf(query), page => secrets.list(page)),
    }),
    route({
      method: 'PUT',
      path: `${PATH}/{name}`,
      operationId: 'put_secret',
      tag,
      summary: 'Store a secret',
      description:
        'Under a new name, or in place of the value before. It is stored encrypted (`secrets.key`), never shown again, ' +
        'and live when this answers.',
      body: PutSecret,
      answers: entity(200, SecretView),
      errors: adminErrors.create,
      run: async ({ by, params, body }) => entityReply(200, await secrets.put(by, params.name ?? '', body)),
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/{name}`,
      operationId: 'delete_secret',
      tag,
      summary: 'Delete a stored secret',
      description:
        'One that a connector, an active channel or an active workflow names is kept: 409 names them.',
      answers: { 204: { description: 'Deleted' } },
      errors: adminErrors.act,
      run: async ({ by, params }) => {
        await secrets.delete(by, params.name ?? '')
        return { status: 204 }
      },
    }),
  ]
}
