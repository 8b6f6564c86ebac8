import { Type } from '@sinclair/typebox'
import type { Catalog, ConnectorCatalog } from '../../catalog/api.ts'
import { ConnectorView, CreateConnector, UpdateConnector } from '../../connector/definition.ts'
import { adminErrors, entity, entityReply, list, listReply } from '../answers.ts'
import { PageQuery, pageOf } from '../query.ts'
import { type Route, route } from '../route.ts'
import { validateRoute } from './validate.ts'
import { idOf } from './versioned.ts'

const tag = 'Connectors'
const collection = '/api/v1/admin/connectors'
const item = `${collection}/{id}`

const ConnectorList = Type.Object({
  tag: Type.Optional(Type.String({ description: 'One of the tags' })),
  ...PageQuery,
})

/** Secrets are masked on the way out; a masked value sent back keeps the stored one. */
export function connectorRoutes({
  connectors: catalog,
  lintConnector,
}: Pick<Catalog, 'connectors' | 'lintConnector'>): Route[] {
  return [
    validateRoute({ noun: 'connector', tag, body: CreateConnector, lint: lintConnector }),
    ...writeRoutes(catalog),
    ...readRoutes(catalog),
  ]
}

function readRoutes(catalog: ConnectorCatalog): Route[] {
  return [
    route({
      method: 'GET',
      path: collection,
      operationId: 'list_connectors',
      tag,
      summary: 'List connectors by name',
      query: ConnectorList,
      answers: list(ConnectorView),
      errors: adminErrors.list,
      run: (_call, { limit, offset, ...filter }) =>
        listReply(pageOf({ limit, offset }), page => catalog.list(filter, page)),
    }),
    route({
      method: 'GET',
      path: item,
      operationId: 'get_connector',
      tag,
      summary: 'Read a connector',
      answers: entity(200, ConnectorView),
      errors: adminErrors.read,
      run: async call => entityReply(200, await catalog.get(idOf(call))),
    }),
  ]
}

function writeRoutes(catalog: ConnectorCatalog): Route[] {
  return [
    route({
      method: 'POST',
      path: collection,
      operationId: 'create_connector',
      tag,
      summary: 'Create a connector',
      body: CreateConnector,
      answers: entity(201, ConnectorView),
      errors: adminErrors.create,
      run: async ({ by, body }) => ({ status: 201, body: { data: await catalog.create(by, body) } }),
    }),
    route({
      method: 'PUT',
      path: item,
      operationId: 'update_connector',
      tag,
      summary: 'Change a connector',
      description:
        'A `config` replaces the stored one whole; a value sent back as `******` keeps the stored secret.',
      body: UpdateConnector,
      answers: entity(200, ConnectorView),
      errors: adminErrors.change,
      run: async call => entityReply(200, await catalog.update(call.by, idOf(call), call.body)),
    }),
    route({
      method: 'DELETE',
      path: item,
      operationId: 'delete_connector',
      tag,
      summary: 'Delete a connector',
      answers: { 204: { description: 'Deleted' } },
      errors: adminErrors.act,
      run: async call => {
        await catalog.delete(call.by, idOf(call))
        return { status: 204 }
      },
    }),
  ]
}
