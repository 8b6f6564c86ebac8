import { type TSchema, Type } from '@sinclair/typebox'
import type { ErrorCode } from '../errors.ts'
import type { Listed, Page } from '../storage/store.ts'
import type { DescribedRoute, Reply } from './route.ts'

/** One entity under `data`. */
export function entity(status: 200 | 201, row: TSchema): DescribedRoute['answers'] {
  const description = row.description ?? 'The entity'
  return { [status]: { description, schema: Type.Object({ data: row }) } }
}

export function entityReply(status: 200 | 201, data: unknown): Reply {
  return { status, body: { data } }
}

/** The list envelope of contract 2. */
export function list(row: TSchema): DescribedRoute['answers'] {
  const schema = Type.Object({
    data: Type.Array(row),
    total: Type.Integer({ minimum: 0, description: 'Rows in all, before paging' }),
    limit: Type.Integer({ description: 'As it was applied' }),
    offset: Type.Integer({ description: 'As it was applied' }),
  })
  return { 200: { description: 'One page', schema } }
}

export async function listReply<Row>(page: Page, read: (page: Page) => Promise<Listed<Row>>): Promise<Reply> {
  const { rows, total } = await read(page)
  return { status: 200, body: { data: rows, total, ...page } }
}

const ADMIN_ERRORS = ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED', 'STORAGE_ERROR', 'INTERNAL_ERROR'] as const
const BODY_ERRORS = [
  'BAD_REQUEST',
  'VALIDATION_ERROR',
  'SECRET_NOT_ALLOWED_HERE',
  'NUMBER_OUT_OF_RANGE',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const

/** What an admin operation can be refused with, by what it takes. */
export const adminErrors = {
  list: ['VALIDATION_ERROR', ...ADMIN_ERRORS],
  read: ['BAD_REQUEST', 'NOT_FOUND', ...ADMIN_ERRORS],
  validate: [
    'BAD_REQUEST',
    'NUMBER_OUT_OF_RANGE',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    ...ADMIN_ERRORS,
  ],
  create: [...BODY_ERRORS, 'CONFLICT', ...ADMIN_ERRORS],
  change: [...BODY_ERRORS, 'NOT_FOUND', 'CONFLICT', ...ADMIN_ERRORS],
  act: ['BAD_REQUEST', 'NOT_FOUND', 'CONFLICT', ...ADMIN_ERRORS],
  compute: [...BODY_ERRORS, ...ADMIN_ERRORS],
  plain: ADMIN_ERRORS,
} as const satisfies Record<string, readonly ErrorCode[]>
