import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import { IMPORT_ACTIONS, ON_CONFLICT } from '../../catalog/transfer/import-kind.ts'
import type { Transfer } from '../../catalog/transfer/transfers.ts'
import { Channel, CreateChannel } from '../../channel/definition.ts'
import { ConnectorView, CreateConnector } from '../../connector/definition.ts'
import { JsonMap } from '../../versioning/definition.ts'
import { CreateWorkflow, Workflow } from '../../workflow/definition.ts'
import { streamedAnswer } from '../answer.ts'
import { adminErrors } from '../answers.ts'
import { type Route, route } from '../route.ts'

const oneOf = <const Values extends readonly string[]>(
  values: Values,
  options: { default?: Values[number]; description: string },
) =>
  Type.Unsafe<Values[number]>(
    Type.Union(
      values.map(value => Type.Literal(value)),
      options,
    ),
  )

const YES_OR_NO = ['true', 'false'] as const

const ImportQuery = Type.Object({
  dry_run: oneOf(YES_OR_NO, { default: 'false', description: 'Check everything, write nothing' }),
  on_conflict: oneOf(ON_CONFLICT, {
    default: 'fail',
    description:
      'What becomes of a definition that is there already: the item fails, is left alone, or is a new draft version ' +
      '(its present draft, or a connector, is replaced)',
  }),
  atomic: oneOf(YES_OR_NO, {
    default: 'true',
    description:
      '`true`: all items or none; `false`: those that are fine, and 200 whatever becomes of the others',
  }),
})

const Count = (description: string) => Type.Integer({ minimum: 0, description })
const Index = Type.Integer({ minimum: 0, description: 'Which item of the body' })

/** What an import answers (contract 3.11, 20.5). */
export const ImportReport = Type.Object(
  {
    dry_run: Type.Optional(Type.Literal(true)),
    would_create: Type.Optional(Count('Of a dry run: items that would be new')),
    would_update: Type.Optional(Count('Of a dry run: items that would change what is there')),
    would_fail: Type.Optional(Count('Of a dry run: the same as `failed`')),
    imported: Count('Items that were written'),
    failed: Count('Items that cannot be taken'),
    skipped: Count('Items that are there already, with `on_conflict=skip`'),
    unchanged: Count('Items that are there already, and the same'),
    errors: Type.Array(Type.Object({ index: Index, error: Type.String() })),
    items: Type.Array(
      Type.Object({
        index: Index,
        action: oneOf([...IMPORT_ACTIONS, 'fail'], { description: 'What became of it, or would' }),
        id: Type.Optional(Type.String()),
        version: Type.Optional(Type.Integer({ description: 'The draft that was written' })),
      }),
      { description: 'What became of each item' },
    ),
  },
  { description: 'What became of the items of an import' },
)

const { config_json: _, ...shown } = ConnectorView.properties
const ExportedConnector = Type.Object(
  { ...shown, config: JsonMap('The configuration, literal secrets as ******') },
  { description: 'A connector as it can be created again, but for its literal secrets' },
)

const tag = { tag: Type.Optional(Type.String({ description: 'One of the tags' })) }
const Filtered = Type.Object({
  status: Type.Optional(Type.String({ description: 'Status of the latest version' })),
  ...tag,
})

/** What tells the kinds apart at the door. */
interface TransferredKind<Query extends TObject> {
  readonly noun: 'workflow' | 'channel' | 'connector'
  readonly tag: string
  readonly transfer: Transfer<Static<Query>>
  readonly query: Query
  readonly row: TSchema
  readonly create: TSchema
  readonly order: string
}

/** Import and export of all three kinds. */
export function transferRoutes({ workflows, channels, connectors }: Catalog['transfers']): Route[] {
  const order = 'the highest priority first, then by name'
  return [
    ...routesOf({
      noun: 'workflow',
      tag: 'Workflows',
      transfer: workflows,
      query: Filtered,
      row: Workflow,
      create: CreateWorkflow,
      order,
    }),
    ...routesOf({
      noun: 'channel',
      tag: 'Channels',
      transfer: channels,
      query: Filtered,
      row: Channel,
      create: CreateChannel,
      order,
    }),
    ...routesOf({
      noun: 'connector',
      tag: 'Connectors',
      transfer: connectors,
      query: Type.Object(tag),
      row: ExportedConnector,
      create: CreateConnector,
      order: 'by name',
    }),
  ]
}

function routesOf<Query extends TObject>(kind: TransferredKind<Query>): Route[] {
  return [exportRoute(kind), importRoute(kind)]
}

function exportRoute<Query extends TObject>(kind: TransferredKind<Query>): Route {
  const { noun, tag, transfer, query, row, order } = kind
  const description = `All of them, ${order}; literal secrets read \`******\`. An import takes the answer as it is.`
  return route({
    method: 'GET',
    path: `/api/v1/admin/${noun}s/export`,
    operationId: `export_${noun}s`,
    tag,
    summary: `Export ${noun}s, each by its latest version`,
    description,
    query,
    answers: {
      200: {
        description: 'All that match; `unreadable` names what is stored and cannot be read',
        schema: Type.Object({
          data: Type.Array(row),
          unreadable: Type.Optional(Type.Array(Type.Object({ id: Type.String(), reason: Type.String() }))),
        }),
      },
    },
    errors: adminErrors.list,
    run: async ({ exchange }, filter) => streamedAnswer(exchange, await transfer.export(filter)),
  })
}

function importRoute<Query extends TObject>(kind: TransferredKind<Query>): Route {
  const { noun, tag, transfer, create } = kind
  const landing = noun === 'connector' ? 'They are live when it answers.' : 'All of them land as drafts.'
  return route({
    method: 'POST',
    path: `/api/v1/admin/${noun}s/import`,
    operationId: `import_${noun}s`,
    tag,
    summary: `Import ${noun}s, all or none`,
    description:
      `${landing} One item that is wrong refuses all of them: the paths of \`error.details\` begin with the item's ` +
      '`[i]`, and `imported` (0) and `failed` stand beside `error`.',
    query: ImportQuery,
    body: Type.Union([Type.Array(create), Type.Object({ data: Type.Array(create) })], {
      description: 'Definitions, or what an export answers; what an export has besides is ignored',
    }),
    answers: { 200: { description: 'What became of the items', schema: ImportReport } },
    errors: adminErrors.create,
    run: async ({ by, body }, { dry_run, on_conflict, atomic }) => {
      const options = { onConflict: on_conflict, atomic: atomic === 'true', dryRun: dry_run === 'true' }
      return { status: 200, body: await transfer.import(by, body, options) }
    },
  })
}
