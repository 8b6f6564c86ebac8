import { type Static, Type } from '@sinclair/typebox'
import { Absent, JsonMap } from '../../versioning/definition.ts'

/** Definitions that one apply takes. */
const MAX_DEFINITIONS = 5000
/** Bytes of its body. */
export const MAX_APPLY_BYTES = 32 * 1024 * 1024

/** Body of `POST /apply`. */
export const ApplyBody = Type.Object(
  {
    definitions: Type.Array(
      JsonMap('As it would be created; `status` is what it shall be, active when it is left out'),
      {
        maxItems: MAX_DEFINITIONS,
        description: 'Workflows, channels and connectors; `kind` tells them apart where their fields do not',
      },
    ),
    prune: Absent(
      Type.Boolean({ description: 'Delete every definition that is not listed', default: false }),
    ),
    dry_run: Absent(Type.Boolean({ description: 'Tell what would be done, and do nothing', default: false })),
  },
  {
    additionalProperties: false,
    description: 'What shall be written down',
    examples: [
      {
        definitions: [
          {
            workflow_id: 'orders',
            name: 'Flag large orders',
            tasks: [
              { id: 'read', name: 'Read', function: { name: 'parse_json', input: { source: 'payload' } } },
            ],
          },
        ],
        dry_run: true,
      },
    ],
  },
)
export type ApplyBody = Static<typeof ApplyBody>

const FieldChange = Type.Object({
  path: Type.String({ description: 'Dotted, from the root of the definition' }),
  old: Type.Optional(Type.Unknown({ description: 'Absent: it was not there; secrets read ******' })),
  new: Type.Optional(Type.Unknown({ description: 'Absent: it goes; secrets read ******' })),
})

const ActionName = Type.Union(
  (['create', 'update', 'activate', 'archive', 'delete'] as const).map(action => Type.Literal(action)),
  { description: 'What is done; `activate` and `archive` change the status alone' },
)

/** What one apply does, or would do. */
export const ApplyPlan = Type.Object(
  {
    changes: Type.Array(
      Type.Object({
        kind: Type.Union([Type.Literal('workflow'), Type.Literal('channel'), Type.Literal('connector')]),
        id: Type.String({ description: 'Id of a workflow or channel, name of a connector' }),
        action: ActionName,
        version: Type.Optional(Type.Integer({ description: 'The version that has the content' })),
        fields: Type.Array(FieldChange, {
          description:
            'What differs; nothing where a definition comes, goes, or has its keys in another order',
        }),
      }),
    ),
    unchanged: Type.Integer({ minimum: 0, description: 'Listed definitions that are as they shall be' }),
    applied: Type.Boolean({ description: 'Whether all of it is live' }),
    dry_run: Type.Boolean(),
  },
  { description: 'The plan' },
)
export type ApplyPlan = Static<typeof ApplyPlan>
export type PlannedChange = ApplyPlan['changes'][number]
