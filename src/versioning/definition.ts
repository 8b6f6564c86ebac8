import { type TNull, type TSchema, type TUnion, Type } from '@sinclair/typebox'
import type { Json, JsonObject } from '../std/json.ts'
import { Status } from './status.ts'
import { StopWhen } from './stop-when.ts'

/** Bytes of UTF-8 (contract 3.2); schemas can only count characters, so `text-rules.ts` checks these. */
export const MAX_BYTES = { id: 128, name: 255, description: 2048, tag: 128 } as const

export const ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*$'

export const Id = (description: string) =>
  Type.String({ minLength: 1, maxLength: MAX_BYTES.id, pattern: ID_PATTERN, description })

export const Name = Type.String({
  minLength: 1,
  maxLength: MAX_BYTES.name,
  description: 'Name, not blank, at most 255 bytes',
})

export const Description = Type.String({
  maxLength: MAX_BYTES.description,
  description: 'What it is for, at most 2048 bytes',
})

export const Tags = Type.Array(Type.String({ minLength: 1, maxLength: MAX_BYTES.tag }), {
  maxItems: 64,
  description: 'Labels to select by',
  default: [],
})

export const Version = Type.Integer({ minimum: 1, description: 'Counts the versions of one id from 1' })

export const TimeStamp = (description: string) => Type.String({ format: 'date-time', description })

export const JsonValue = (description: string, options: { default?: Json } = {}) =>
  Type.Unsafe<Json>(Type.Unknown({ description, ...options }))

export const JsonMap = (description: string, options: { default?: JsonObject } = {}) =>
  Type.Unsafe<JsonObject>(Type.Object({}, { additionalProperties: true, description, ...options }))

export function Nullable<S extends TSchema>(schema: S): TUnion<[S, TNull]> {
  return Type.Union([schema, Type.Null()], { description: schema.description ?? '' })
}

/** A field that may be left out; `null` means the same. */
export function Absent<S extends TSchema>(schema: S) {
  return Type.Optional(Nullable(schema))
}

const target = { status: Status }

/** Body of `PATCH /workflows/{id}/status`. */
export const SetWorkflowStatus = Type.Object(
  {
    ...target,
    rollout_percentage: Absent(
      Type.Integer({
        description:
          'Percent of the traffic that an activated version gets, 0 to 100; the version that was active keeps the rest',
        default: 100,
      }),
    ),
    stop_when: Absent(StopWhen),
    shadow: Absent(
      Type.Boolean({
        description:
          'Begins (true) or ends (false) to run the draft beside what is active, and changes no status; needs no `status`',
      }),
    ),
  },
  {
    description: 'What the workflow shall be',
    examples: [{ status: 'active' }, { status: 'active', shadow: true }],
  },
)

/** Body of `PATCH /workflows/{id}/status` that begins or ends a shadow. */
export const SetShadow = Type.Object({
  status: Type.Optional(Type.Literal('active')),
  shadow: Type.Boolean(),
})

/** Body of `PATCH /workflows/{id}/rollout`. */
export const SetRollout = Type.Object(
  {
    rollout_percentage: Type.Integer({
      description:
        'Percent of the traffic that the newer of two active versions gets, 1 to 100; at 100 the older one is archived',
    }),
    stop_when: Absent(StopWhen),
  },
  { description: 'How two active versions share the traffic', examples: [{ rollout_percentage: 25 }] },
)

/** Body of `POST /workflows/{id}/rollback`. */
export const Rollback = Type.Object(
  { version: Version },
  { description: 'The version whose content comes back', examples: [{ version: 1 }] },
)

/** Body of `PATCH /channels/{id}/status`. */
export const SetChannelStatus = Type.Object(target, {
  description: 'What the channel shall be',
  examples: [{ status: 'active' }],
})
