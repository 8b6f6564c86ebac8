import { type TSchema, Type } from '@sinclair/typebox'
import type { VersionedCatalog } from '../../catalog/api.ts'
import { adminErrors, entity, entityReply, list, listReply } from '../answers.ts'
import { PageQuery, pageOf } from '../query.ts'
import { type Call, type Route, route } from '../route.ts'
import { DryRun, rehearsalReply, statusAnswers } from './rehearsal.ts'

/** What tells workflows and channels apart at the door. */
interface VersionedKind<Row, Filter> {
  /** `workflow`; in the plural also the path. */
  readonly noun: string
  readonly tag: string
  readonly catalog: VersionedCatalog<Row, Filter>
  readonly row: TSchema
  readonly create: TSchema
  readonly update: TSchema
  readonly status: TSchema
}

/** The operations of a kind that has versions, all but its list. */
export function versionedRoutes<Row, Filter>(kind: VersionedKind<Row, Filter>): Route[] {
  return [...draftRoutes(kind), ...entityRoutes(kind), ...versionRoutes(kind)]
}

/** The `{id}` of the path. */
export function idOf(call: Call): string {
  return call.params.id ?? ''
}

function draftRoutes<Row, Filter>({ noun, tag, catalog, ...kind }: VersionedKind<Row, Filter>): Route[] {
  return [
    route({
      method: 'POST',
      path: `/api/v1/admin/${noun}s`,
      operationId: `create_${noun}`,
      tag,
      summary: `Create a ${noun} as draft version 1`,
      body: kind.create,
      answers: entity(201, kind.row),
      errors: adminErrors.create,
      run: async ({ by, body }) => ({ status: 201, body: { data: await catalog.create(by, body) } }),
    }),
    route({
      method: 'PUT',
      path: `/api/v1/admin/${noun}s/{id}`,
      operationId: `update_${noun}`,
      tag,
      summary: `Change the draft of a ${noun}`,
      body: kind.update,
      answers: entity(200, kind.row),
      errors: adminErrors.change,
      run: async call => entityReply(200, await catalog.update(call.by, idOf(call), call.body)),
    }),
  ]
}

function entityRoutes<Row, Filter>({ noun, tag, catalog, ...kind }: VersionedKind<Row, Filter>): Route[] {
  const path = `/api/v1/admin/${noun}s/{id}`
  return [
    route({
      method: 'GET',
      path,
      operationId: `get_${noun}`,
      tag,
      summary: `Read the latest version of a ${noun}`,
      answers: entity(200, kind.row),
      errors: adminErrors.read,
      run: async call => entityReply(200, await catalog.get(idOf(call))),
    }),
    route({
      method: 'DELETE',
      path,
      operationId: `delete_${noun}`,
      tag,
      summary: `Delete a ${noun} with all its versions`,
      answers: { 204: { description: 'Deleted, and no longer live' } },
      errors: adminErrors.act,
      run: async call => {
        await catalog.delete(call.by, idOf(call))
        return { status: 204 }
      },
    }),
    route({
      method: 'PATCH',
      path: `${path}/status`,
      operationId: `set_${noun}_status`,
      tag,
      summary: `Activate the draft of a ${noun}, or archive what is active`,
      description:
        'Answers when the change is live. With `dry_run=true` nothing changes, and the answer says what would.',
      query: DryRun,
      body: kind.status,
      answers: statusAnswers(kind.row),
      errors: adminErrors.change,
      run: async (call, { dry_run }) =>
        dry_run === 'true'
          ? rehearsalReply(await catalog.rehearseStatus(idOf(call), call.body))
          : entityReply(200, await catalog.setStatus(call.by, idOf(call), call.body)),
    }),
  ]
}

function versionRoutes<Row, Filter>({ noun, tag, catalog, row }: VersionedKind<Row, Filter>): Route[] {
  const path = `/api/v1/admin/${noun}s/{id}/versions`
  return [
    route({
      method: 'GET',
      path,
      operationId: `list_${noun}_versions`,
      tag,
      summary: `List the versions of a ${noun}, newest first`,
      query: Type.Object(PageQuery),
      answers: list(row),
      errors: [...adminErrors.read, 'VALIDATION_ERROR'],
      run: (call, query) => listReply(pageOf(query), page => catalog.versions(idOf(call), page)),
    }),
    route({
      method: 'POST',
      path,
      operationId: `create_${noun}_version`,
      tag,
      summary: `Create a draft from the latest version of a ${noun}`,
      answers: entity(201, row),
      errors: adminErrors.act,
      run: async call => entityReply(201, await catalog.createVersion(call.by, idOf(call))),
    }),
  ]
}
