import { type Static, Type } from '@sinclair/typebox'
import type { Json } from '../std/json.ts'
import {
  Absent,
  Description,
  Id,
  JsonMap,
  JsonValue,
  Name,
  Nullable,
  Tags,
  TimeStamp,
  Version,
} from '../versioning/definition.ts'
import { Status } from '../versioning/status.ts'

const Priority = Type.Integer({
  minimum: 0,
  maximum: 4294967295,
  description: 'The lower one runs first',
  default: 0,
})
const Condition = JsonValue('JSONLogic; the workflow runs when it gives exactly true')
/** Tasks of one workflow. */
export const MAX_TASKS = 1000

const TASK_TEXT = 255

/** One task as it is written; unknown keys are errors. */
export const Task = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: TASK_TEXT, description: 'Unique in the workflow' }),
    name: Type.String({ minLength: 1, maxLength: TASK_TEXT, description: 'For people' }),
    description: Absent(Type.String({ description: 'What it is for' })),
    condition: Type.Optional(JsonValue('JSONLogic; the task runs when it gives exactly true')),
    function: Type.Object(
      {
        name: Type.String({ minLength: 1, description: 'The function to call' }),
        input: JsonMap('What the function needs; its own schema checks it'),
      },
      { additionalProperties: false, description: 'What the task does' },
    ),
    continue_on_error: Absent(Type.Boolean({ description: 'Whether the next task runs after a failure' })),
  },
  { additionalProperties: false, description: 'One step of a workflow' },
)

const TASKS = 'The tasks, in the order in which they run'
const StoredTasks = JsonValue(TASKS)
const Tasks = Type.Unsafe<Json>(Type.Array(Task, { minItems: 1, maxItems: MAX_TASKS, description: TASKS }))
const ContinueOnError = Type.Boolean({
  description: 'Whether a failed run still answers 200',
  default: false,
})

/** Body of `POST /workflows`. */
export const CreateWorkflow = Type.Object(
  {
    workflow_id: Absent(Id('Made when left out')),
    name: Name,
    description: Absent(Description),
    priority: Absent(Priority),
    condition: Type.Optional(Condition),
    tasks: Tasks,
    tags: Absent(Tags),
    continue_on_error: Absent(ContinueOnError),
  },
  {
    description: 'A workflow to create as a draft',
    examples: [
      {
        workflow_id: 'orders',
        name: 'Flag large orders',
        tasks: [
          {
            id: 'read',
            name: 'Read the order',
            function: { name: 'parse_json', input: { source: 'payload', target: 'order' } },
          },
          {
            id: 'flag',
            name: 'Flag totals above 10,000',
            condition: { '>': [{ var: 'data.order.total' }, 10_000] },
            function: { name: 'map', input: { mappings: [{ path: 'data.order.flagged', logic: true }] } },
          },
        ],
        tags: ['shop'],
      },
    ],
  },
)
export type CreateWorkflow = Static<typeof CreateWorkflow>

/** Body of `PUT /workflows/{id}`: what is left out or null stays as it is. */
export const UpdateWorkflow = Type.Object(
  {
    name: Absent(Name),
    description: Absent(Description),
    priority: Absent(Priority),
    condition: Type.Optional(Condition),
    tasks: Absent(Tasks),
    tags: Absent(Tags),
    continue_on_error: Absent(ContinueOnError),
  },
  { description: 'Changes to the draft; what is left out or null stays as it is' },
)

/** One stored version of a workflow, as the admin API shows it (contract 3.1). Time stamps are RFC 3339. */
export const Workflow = Type.Object(
  {
    workflow_id: Id('Shared by all versions'),
    version: Version,
    name: Name,
    description: Nullable(Description),
    priority: Priority,
    status: Status,
    rollout_percentage: Type.Integer({ minimum: 0, maximum: 100, description: 'Share of the traffic' }),
    condition: Condition,
    tasks: StoredTasks,
    tags: Tags,
    continue_on_error: ContinueOnError,
    created_at: TimeStamp('When this version was created'),
    updated_at: TimeStamp('When this version was last changed'),
  },
  { description: 'One version of a workflow' },
)
export type Workflow = Static<typeof Workflow>
