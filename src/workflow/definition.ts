import { type Static, Type } from '@sinclair/typebox'
import {
  Absent,
  Description,
  Id,
  JsonValue,
  Name,
  Nullable,
  Tags,
  TimeStamp,
  Version,
} from '../versioning/definition.ts'
import { Status } from '../versioning/status.ts'

/** Tasks of one workflow. */
export const MAX_TASKS = 1000

const Priority = Type.Integer({
  minimum: 0,
  maximum: 4294967295,
  description: 'The lower one runs first',
  default: 0,
})
const Condition = JsonValue('JSONLogic; the workflow runs when it gives exactly true')
const Tasks = JsonValue(
  'Array of tasks: `{id, name, function: {name, input}, condition?, continue_on_error?}`',
)
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
  { description: 'A workflow to create as a draft' },
)
export type CreateWorkflow = Static<typeof CreateWorkflow>

/** Body of `PUT /workflows/{id}`: what is left out or null stays as it is. */
export const UpdateWorkflow = Type.Object(
  {
    name: Absent(Name),
    description: Absent(Description),
    priority: Absent(Priority),
    condition: Type.Optional(Condition),
    tasks: Type.Optional(Tasks),
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
    tasks: Tasks,
    tags: Tags,
    continue_on_error: ContinueOnError,
    created_at: TimeStamp('When this version was created'),
    updated_at: TimeStamp('When this version was last changed'),
  },
  { description: 'One version of a workflow' },
)
export type Workflow = Static<typeof Workflow>
