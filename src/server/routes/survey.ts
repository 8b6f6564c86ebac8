import { Type } from '@sinclair/typebox'
import type { Survey } from '../../catalog/survey.ts'
import { adminErrors, entity, entityReply } from '../answers.ts'
import { type Route, route } from '../route.ts'
import { idOf } from './versioned.ts'

const workflow = '/api/v1/admin/workflows/{id}'
const errors = [...adminErrors.read, 'VALIDATION_ERROR'] as const

const VersionNumber = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }))
const VersionQuery = Type.Object({
  version: VersionNumber('The version to look at; the latest when left out'),
})
const OrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })
const Dynamic = Type.Boolean({
  description: 'Whether expressions say something of it, so that it may be more',
})

const task = {
  task_id: Type.String(),
  path: Type.String({ description: 'Where the task is: `tasks[0].tasks[1]`' }),
  function: Type.String(),
  operation: Type.Optional(Type.String({ description: 'What is done: `GET`, `select`, `invalidate`' })),
}
const UsedBy = Type.Array(Type.Object(task), { description: 'The tasks that name it' })

const Dependencies = Type.Object(
  {
    workflow_id: Type.String(),
    version: Type.Integer(),
    connectors: Type.Array(
      Type.Object({
        name: Type.String(),
        id: OrNull('Null when there is none of this name'),
        connector_type: OrNull('Null when there is none of this name'),
        state: Type.String({ description: '`enabled`, `disabled` or `missing`' }),
        used_by: UsedBy,
      }),
    ),
    channels: Type.Array(
      Type.Object({
        name: Type.String(),
        id: OrNull('Null when no channel of this name is active'),
        state: Type.String({ description: '`active` or `missing`' }),
        used_by: UsedBy,
      }),
      { description: 'Channels that it calls' },
    ),
    dynamic: Type.Boolean({ description: 'Whether expressions choose connectors or channels' }),
    dynamic_uses: Type.Array(
      Type.Object({ ...task, dynamic: Type.Array(Type.String({ description: '`connector` or `channel`' })) }),
    ),
  },
  { description: 'What it names, as things stand' },
)

const Version = { version: Type.Integer(), status: Type.String() }

const Dependents = Type.Object(
  {
    connector_id: Type.String(),
    name: Type.String(),
    workflows: Type.Array(Type.Object({ workflow_id: Type.String(), ...Version, used_by: UsedBy })),
    channels: Type.Array(
      Type.Object({
        channel_id: Type.String(),
        name: Type.String(),
        ...Version,
        paths: Type.Array(Type.String(), { description: 'Fields that name it' }),
      }),
    ),
  },
  { description: 'Who names it' },
)

const Effects = Type.Object(
  {
    workflow_id: Type.String(),
    version: Type.Integer(),
    effects: Type.Array(
      Type.Object({
        ...task,
        retry_safety: Type.String({ description: '`pure`, `read`, `idempotent_write` or `unsafe_write`' }),
        connector: Type.Optional(Type.String()),
        host: Type.Optional(
          Type.String({ description: 'That of the connector, where the task leaves it to it' }),
        ),
        table: Type.Optional(Type.String()),
        topic: Type.Optional(Type.String()),
        namespace: Type.Optional(Type.String({ description: 'Of cached answers' })),
        channel: Type.Optional(Type.String({ description: 'A channel that is called' })),
        dynamic: Type.Array(Type.String(), {
          description: 'What of it an expression says, by the names of these fields; never guessed',
        }),
      }),
    ),
    dynamic: Dynamic,
  },
  { description: 'Everything outside of its messages that it can touch' },
)

const Diff = Type.Object(
  {
    workflow_id: Type.String(),
    from: Type.Integer(),
    to: Type.Integer(),
    changes: Type.Array(
      Type.Object({
        path: Type.String({ description: 'Dotted from the root of the definition; of what is new, in `to`' }),
        old: Type.Optional(Type.Unknown({ description: 'Absent where there was nothing' })),
        new: Type.Optional(Type.Unknown({ description: 'Absent where there is nothing' })),
      }),
    ),
  },
  { description: 'What leads from the one to the other' },
)

/** What definitions say of each other and of the world; reads alone. */
export function surveyRoutes(survey: Survey): Route[] {
  return [
    route({
      method: 'GET',
      path: `${workflow}/dependencies`,
      operationId: 'get_workflow_dependencies',
      tag: 'Workflows',
      summary: 'Tell which connectors and channels a workflow names',
      query: VersionQuery,
      answers: entity(200, Dependencies),
      errors,
      run: async (call, { version }) => entityReply(200, await survey.dependencies(idOf(call), version)),
    }),
    route({
      method: 'GET',
      path: `${workflow}/effects`,
      operationId: 'get_workflow_effects',
      tag: 'Workflows',
      summary: 'Tell everything that a workflow can touch',
      description: 'Derived from its text, whatever its conditions say.',
      query: VersionQuery,
      answers: entity(200, Effects),
      errors,
      run: async (call, { version }) => entityReply(200, await survey.effects(idOf(call), version)),
    }),
    diffRoute(survey),
    route({
      method: 'GET',
      path: '/api/v1/admin/connectors/{id}/dependents',
      operationId: 'get_connector_dependents',
      tag: 'Connectors',
      summary: 'Tell which workflows and channels name a connector',
      description: 'In versions that are active, and in the latest of each.',
      answers: entity(200, Dependents),
      errors: adminErrors.read,
      run: async call => entityReply(200, await survey.dependents(idOf(call))),
    }),
  ]
}

function diffRoute(survey: Survey): Route {
  const query = Type.Object({
    from: VersionNumber('The highest active version but `to` when left out, else the one before `to`'),
    to: VersionNumber('The latest version when left out'),
  })
  return route({
    method: 'GET',
    path: `${workflow}/diff`,
    operationId: 'diff_workflow_versions',
    tag: 'Workflows',
    summary: 'Compare two versions of a workflow, field by field',
    description: 'Of their content alone: not of version, status, share and times.',
    query,
    answers: entity(200, Diff),
    errors,
    run: async (call, { from, to }) => entityReply(200, await survey.diff(idOf(call), { from, to })),
  })
}
