import { type Static, Type } from '@sinclair/typebox'
import { HeaderName } from '../../std/header-name.ts'
import { OnStoreError, StoreConnector } from '../store-failure/definition.ts'

/** Requests that are sent again (contract 8.4). */
export const Deduplication = Type.Object(
  {
    header: HeaderName(
      'Request header that carries the idempotency key; without it a request is not checked',
    ),
    window_secs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 31_536_000,
        default: 300,
        description: 'Seconds that an answered key is remembered',
      }),
    ),
    on_duplicate: Type.Optional(
      Type.Union([Type.Literal('reject'), Type.Literal('replay')], {
        default: 'reject',
        description: '`reject` answers a repeated key with 409, `replay` with the first answer again',
      }),
    ),
    connector: Type.Optional(StoreConnector),
    on_store_error: Type.Optional(OnStoreError('deny')),
  },
  { additionalProperties: false, description: 'A request with the same idempotency key runs once' },
)
export type Deduplication = Static<typeof Deduplication>
