import { Type } from '@sinclair/typebox'
import type { Catalog, ConnectorCatalog } from '../../catalog/api.ts'
import { ConnectorView, CreateConnector, UpdateConnector } from '../../connector/definition.ts'
import { adminErrors, entity, entityReply, list, listReply } from '../answers.ts'
import { PageQuery, pageOf } from '../query.ts'
import { type Route, route } from '../route.ts'
import { ConnectorIssue } from './engine.ts'
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
    ...liveRoutes(catalog),
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

const Probe = Type.Object(
  {
    reachable: Type.Boolean(),
    supported: Type.Boolean({ description: 'Whether this version connects to such a system at all' }),
    stage: Type.Union([Type.String({ enum: ['dns', 'dial', 'tls', 'auth', 'query'] }), Type.Null()], {
      description: 'Where it failed; null when it did not, or when that is not known',
    }),
    message: Type.String({ description: 'What was found or what failed, in words' }),
    duration_ms: Type.Number(),
  },
  { description: 'What came of connecting' },
)

const Reloaded = Type.Object(
  {
    reloaded: Type.Literal(true),
    connectors: Type.Integer({ description: 'Enabled connectors that can be used' }),
    load_issues: Type.Array(ConnectorIssue, { description: 'Those that cannot' }),
  },
  { description: 'The connectors that are live now' },
)

function liveRoutes(catalog: ConnectorCatalog): Route[] {
  return [
    route({
      method: 'POST',
      path: `${item}/test`,
      operationId: 'test_connector',
      tag,
      summary: 'Connect to what is behind a connector and tell what came of it',
      description:
        'Works for connectors that are not enabled, too. Takes ten seconds at most, changes nothing at the other end, and no circuit breaker hears of it.',
      answers: entity(200, Probe),
      errors: adminErrors.read,
      run: async call => entityReply(200, await catalog.test(idOf(call))),
    }),
    route({
      method: 'POST',
      path: `${collection}/reload`,
      operationId: 'reload_connectors',
      tag,
      summary: 'Read connectors and their secrets anew',
      description:
        'A connector whose configuration, secrets looked up, is the same keeps its connections; the others connect anew, and calls under way finish on what they have.',
      answers: entity(200, Reloaded),
      errors: adminErrors.plain,
      run: async ({ by }) => entityReply(200, { reloaded: true, ...(await catalog.reload(by)) }),
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
