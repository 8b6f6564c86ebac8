import { type Static, Type } from '@sinclair/typebox'
import type { Json, JsonObject } from '../std/json.ts'
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
import { StopWhen } from '../versioning/stop-when.ts'

const Priority = Type.Integer({
  minimum: 0,
  maximum: 4294967295,
  description: 'The lower one runs first',
  default: 0,
})
const Condition = JsonValue('JSONLogic; the workflow runs when it gives exactly true', { default: true })
/** Tasks and groups of one workflow, those of its setup and inside groups included. */
export const MAX_STEPS = 1000
/** Groups in groups. */
export const MAX_GROUP_DEPTH = 8

const STEP_TEXT = 255
const Closed = { additionalProperties: false }

const StepId = Type.String({
  minLength: 1,
  maxLength: STEP_TEXT,
  description: 'Unique among the tasks and groups of the workflow',
})
const StepName = Type.String({ minLength: 1, maxLength: STEP_TEXT, description: 'For people' })
const StepDescription = Absent(Type.String({ description: 'What it is for' }))
const Terminal = (description: string) => Absent(Type.Boolean({ description, default: false }))

/** One task as it is written; unknown keys are errors. */
export const Task = Type.Object(
  {
    id: StepId,
    name: StepName,
    description: StepDescription,
    condition: Type.Optional(JsonValue('JSONLogic; the task runs when it gives exactly true')),
    function: Type.Object(
      {
        name: Type.String({ minLength: 1, description: 'The function to call' }),
        input: JsonMap('What the function needs; its own schema checks it'),
      },
      { ...Closed, description: 'What the task does' },
    ),
    continue_on_error: Absent(Type.Boolean({ description: 'Whether the next task runs after a failure' })),
    halt_on: Absent(
      Type.Union([Type.Literal('never'), Type.Literal('failure')], {
        default: 'never',
        description: '`failure` ends the workflow when the status of the task is 400 or more',
      }),
    ),
    terminal: Terminal('Whether the workflow ends after the task, unless the task was skipped'),
  },
  { ...Closed, description: 'A step that calls a function' },
)
export type Task = Static<typeof Task>

/** One group as it is written, but for what is in it. */
export const Group = Type.Object(
  {
    id: StepId,
    name: Absent(StepName),
    description: StepDescription,
    condition: Type.Optional(
      JsonValue('JSONLogic, asked once on entry; what is in the group runs when it gives exactly true'),
    ),
    terminal: Terminal('Whether the workflow ends after the group, unless the group was skipped'),
    tasks: Type.Array(Type.Unknown(), {
      minItems: 1,
      description: `Tasks, and groups up to ${MAX_GROUP_DEPTH} deep`,
    }),
  },
  { ...Closed, description: 'Steps behind one condition' },
)
export type Group = Static<typeof Group>

const Steps = (description: string) =>
  Type.Unsafe<Json[]>(
    Type.Array(Type.Union([Task, Group]), { minItems: 1, maxItems: MAX_STEPS, description }),
  )

const TempPath = (description: string) =>
  Type.String({
    pattern: '^[^.]+(\\.[^.]+)*$',
    maxLength: STEP_TEXT,
    expected: 'a path below temp_data without empty parts, such as "i" or "cursor.page"',
    description,
  })
const SAFE = Number.MAX_SAFE_INTEGER

/** The loop of a workflow as it is written, but for the rules between its keys. */
export const Loop = Type.Object(
  {
    max: Type.Integer({
      minimum: -SAFE,
      maximum: SAFE,
      description: 'The counter stays below it; at most `engine.max_loop_iterations`',
    }),
    counter: Absent(TempPath('Where the counter of the sweep is, below `temp_data`')),
    init: Absent(
      Type.Integer({ minimum: -SAFE, maximum: SAFE, default: 0, description: 'Counter of the first sweep' }),
    ),
    increment: Absent(
      Type.Integer({ minimum: 1, maximum: SAFE, default: 1, description: 'What each sweep adds to it' }),
    ),
    over: Type.Optional(
      JsonValue('JSONLogic that gives an array, asked once; the counter is the index of its elements'),
    ),
    as: Absent(TempPath('Where the element of the sweep is, below `temp_data`')),
    scratch: Absent(TempPath('An object below `temp_data` that is empty when a sweep begins')),
    setup: Absent(Steps('Steps that run once, before the first sweep')),
  },
  { ...Closed, description: 'Runs the tasks again and again' },
)
export type Loop = Static<typeof Loop>

const TASKS = 'Tasks and groups, in the order in which they run'
const StoredTasks = JsonValue(TASKS)
const Tasks = Steps(TASKS)
const GivenLoop = Absent(Type.Unsafe<JsonObject>(Loop))
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
    loop: GivenLoop,
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

/** Body of `PUT /workflows/{id}`: what is left out or null stays as it is, but a null `loop` takes the loop away. */
export const UpdateWorkflow = Type.Object(
  {
    name: Absent(Name),
    description: Absent(Description),
    priority: Absent(Priority),
    condition: Type.Optional(Condition),
    tasks: Absent(Tasks),
    tags: Absent(Tags),
    continue_on_error: Absent(ContinueOnError),
    loop: GivenLoop,
  },
  {
    description:
      'Changes to the draft; what is left out or null stays as it is, but a null `loop` takes the loop away',
  },
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
    stop_when: Type.Optional(StopWhen),
    condition: Condition,
    tasks: StoredTasks,
    tags: Tags,
    continue_on_error: ContinueOnError,
    loop: Nullable(JsonMap('How often the tasks run; null for once')),
    created_at: TimeStamp('When this version was created'),
    updated_at: TimeStamp('When this version was last changed'),
  },
  { description: 'One version of a workflow' },
)
export type Workflow = Static<typeof Workflow>
