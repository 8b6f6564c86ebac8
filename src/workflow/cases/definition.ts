import { type Static, Type } from '@sinclair/typebox'
import { JsonMap, JsonValue } from '../../versioning/definition.ts'

const Closed = { additionalProperties: false }
const NAME_TEXT = 255
const PATH_TEXT = 1024

/** Where what a case expects can be found. */
export const CASE_ROOTS = ['data', 'metadata', 'temp_data', 'calls', 'audit_trail'] as const

/** When nothing is said of the time, every case runs at this instant. */
export const CASE_NOW = '2026-01-01T00:00:00Z'

/** What an error of a run must have; unknown keys are errors. */
export const ExpectedErrorFields = Type.Object(
  {
    code: Type.Optional(Type.String({ description: '`TASK_ERROR`, `VALIDATION_ERROR`, ...' })),
    message: Type.Optional(Type.String()),
    workflow_id: Type.Optional(Type.String()),
    task_id: Type.Optional(Type.String()),
  },
  Closed,
)
const ExpectedError = Type.Union([Type.String({ minLength: 1 }), ExpectedErrorFields], {
  description: 'A code, or some fields of the error',
})
/** A code, or fields that the error has among others. */
export type ExpectedError = Static<typeof ExpectedError>

/** One case of `*.case.json`: a message, what the far side answers, and what must come of it. Unknown keys are errors. */
export const Case = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'For editors' })),
    name: Type.String({ minLength: 1, maxLength: NAME_TEXT, description: 'What the case shows' }),
    description: Type.Optional(Type.String({ description: 'For people' })),
    workflow: Type.String({
      minLength: 1,
      maxLength: PATH_TEXT,
      description:
        'Id of a workflow of the folder, or the path of its file from here: it ends in `.json`, and does not lead out of the folder',
    }),
    input: Type.Optional(JsonValue('The `data` of the request, which is the payload; null when left out')),
    metadata: Type.Optional(
      JsonMap(
        'What the workflow knows of the request: `http_method`, `params`, `query`, `headers`, `auth`, ...',
      ),
    ),
    now: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?(Z|[+-]\\d{2}:\\d{2})$',
        expected: `a time such as ${CASE_NOW}`,
        description: 'The instant at which the whole run happens (RFC 3339)',
        default: CASE_NOW,
      }),
    ),
    stubs: Type.Optional(
      JsonMap(
        'What calls answer, by function and then connector, channel or `*`, or by the id of a task: the output itself, or an object with `output`, `error` or `answers`, and `when`',
      ),
    ),
    stubs_file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: PATH_TEXT,
        description: 'Path, from here, of a file with more of them; it does not lead out of the folder',
      }),
    ),
    secrets: Type.Optional(JsonMap('Not read by anything of this version; must be empty')),
    expect: Type.Optional(
      JsonMap(
        'What the run must give, exactly, by path: `data.order.tier`, `calls.http_call[0].body`, `audit_trail[0].task_id`',
      ),
    ),
    expect_errors: Type.Optional(
      Type.Array(ExpectedError, {
        description: 'The errors of the run, all of them, in order',
        default: [],
      }),
    ),
    expect_calls: Type.Optional(
      Type.Record(Type.String(), Type.Array(JsonMap('What the input of the call has among others')), {
        description: 'By function: its calls, all of them, in order; none for an empty list',
      }),
    ),
    forbid_calls: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'Functions that must not be called' }),
    ),
    expect_tasks: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Ids of the tasks that ran, all of them, in order; one that ran twice twice',
      }),
    ),
  },
  {
    ...Closed,
    description: 'A case: a message for a workflow, and what must come of it',
    examples: [
      {
        name: 'a large order is reviewed',
        workflow: 'orders',
        input: { order_id: 'ORD-1', total: 60000 },
        expect: { 'data.order.tier': 'gold' },
        expect_tasks: ['read', 'flag', 'review'],
      },
    ],
  },
)
export type Case = Static<typeof Case>

const StubError = Type.Object(
  {
    message: Type.String({ description: 'What went wrong' }),
    kind: Type.Optional(
      Type.Union(
        [
          Type.Literal('FunctionExecution'),
          Type.Literal('Http'),
          Type.Literal('Io'),
          Type.Literal('Timeout'),
        ],
        { default: 'FunctionExecution' },
      ),
    ),
    code: Type.Optional(Type.String({ minLength: 1, description: 'Of the error entry' })),
  },
  Closed,
)
const When = Type.Optional(JsonMap('What the input of the call must have among others'))

/** What one call answers. */
export const StubAnswer = Type.Object(
  {
    output: Type.Optional(JsonValue('What the far side answers')),
    error: Type.Optional(StubError),
    when: When,
  },
  Closed,
)
export type StubAnswer = Static<typeof StubAnswer>
