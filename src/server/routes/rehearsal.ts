import { type TSchema, Type } from '@sinclair/typebox'
import type { StatusRehearsal } from '../../catalog/rehearse-status.ts'
import { entityReply } from '../answers.ts'
import type { DescribedRoute, Reply } from '../route.ts'
import { Validation, validationOf } from './validate.ts'

/** Whether to say what would happen instead of doing it. */
export const DryRun = Type.Object({
  dry_run: Type.String({
    pattern: '^(true|false)$',
    expected: 'true or false',
    default: 'false',
    description: '`true`: says what would change and what stands in the way; nothing is written',
  }),
})

const Workflow = Type.Object({
  workflow_id: Type.String(),
  versions: Type.Array(Type.Object({ version: Type.Integer(), rollout_percentage: Type.Integer() }), {
    description: 'The versions that answer, oldest first, each with its share of the traffic',
  }),
})

const Channel = Type.Object({
  channel_id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  workflow_id: Type.Union([Type.String(), Type.Null()]),
  workflow_versions: Type.Array(Type.Integer(), { description: 'Versions of its workflow that answer' }),
  issue: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it is not served, or not as its author expects',
  }),
})

function Differences(entry: TSchema) {
  return Type.Object({
    added: Type.Array(entry),
    removed: Type.Array(entry),
    changed: Type.Array(Type.Object({ from: entry, to: entry })),
  })
}

/** What a change of status would come to. */
const Rehearsal = Type.Object(
  {
    ...Validation.properties,
    valid: Type.Boolean({ description: 'Whether there is no error: the change would be made' }),
    changes: Type.Object(
      { workflows: Differences(Workflow), channels: Differences(Channel) },
      { description: 'What would be different in what is live, were it not for the errors' },
    ),
  },
  { description: 'What would change and what stands in the way' },
)

/** The version that changed, or what would. */
export function statusAnswers(row: TSchema): DescribedRoute['answers'] {
  const description = `${row.description ?? 'The entity'}; of a dry run what would change`
  return { 200: { description, schema: Type.Object({ data: Type.Union([row, Rehearsal]) }) } }
}

export function rehearsalReply({ findings, changes }: StatusRehearsal): Reply {
  return entityReply(200, { ...validationOf(findings), changes })
}
