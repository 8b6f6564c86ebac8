import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { TimeStamp } from '../../versioning/definition.ts'
import { adminErrors } from '../answers.ts'
import { PageQuery, pageOf } from '../query.ts'
import { type Route, route } from '../route.ts'

export const AuditEntry = Type.Object(
  {
    id: Type.String(),
    principal: Type.String({ description: '`anonymous`, or the beginning of the key that was used' }),
    action: Type.String({
      description: 'create, update, delete, status_active, status_archived, import, reload, invalidate, ...',
    }),
    resource_type: Type.String({
      description: 'workflow, channel, connector, secret, engine, cache or circuit_breaker',
    }),
    resource_id: Type.String(),
    details: Type.Union([Type.String(), Type.Null()], {
      description: 'JSON text `{before, after}` of the changed fields, secrets masked',
    }),
    created_at: TimeStamp('When the change was committed'),
  },
  { description: 'One change of what is written down' },
)

/** The list has an envelope of its own (contract 6.2). */
const AuditPage = Type.Object({
  data: Type.Array(AuditEntry),
  pagination: Type.Object({ offset: Type.Integer(), limit: Type.Integer(), total: Type.Integer() }),
})

export function auditLogRoutes(catalog: Pick<Catalog, 'auditLogs'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/admin/audit-logs',
      operationId: 'list_audit_logs',
      tag: 'Audit',
      summary: 'Who changed what, newest first',
      query: Type.Object(PageQuery),
      answers: { 200: { description: 'One page', schema: AuditPage } },
      errors: adminErrors.list,
      run: async (_call, query) => {
        const { limit, offset } = pageOf(query)
        const { rows, total } = await catalog.auditLogs({ limit, offset })
        return { status: 200, body: { data: rows, pagination: { offset, limit, total } } }
      },
    }),
  ]
}
