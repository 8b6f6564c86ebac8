import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { VersionedCatalog } from '../../catalog/api.ts'
import { failureOf } from '../../dispatch/failure.ts'
import { type DryRunNeeds, dryRun } from '../../engine/dry-run.ts'
import { OrionError, validationError } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { adminErrors } from '../answers.ts'
import { ExplanationSchema } from '../explanation-schema.ts'
import { type Route, route } from '../route.ts'
import { idOf } from './versioned.ts'

/** The channel of a test run, as its errors name it. */
export const TEST_CHANNEL = '__test__'

const TestWorkflow = Type.Object(
  {
    data: Type.Unsafe<Json>(Type.Unknown({ description: 'The payload, as a caller would send it' })),
    metadata: Type.Optional(
      Type.Unsafe<Json>(Type.Unknown({ description: 'Merged into the metadata, reserved keys included' })),
    ),
    explain: Type.Optional(
      Type.Boolean({ default: false, description: 'Tell of each condition and mapping how it came about' }),
    ),
  },
  { description: 'A message to try a workflow on' },
)

const Step = Type.Object(
  {
    workflow_id: Type.String(),
    task_id: Type.Union([Type.String(), Type.Null()], {
      description: 'null: the workflow itself was refused',
    }),
    result: Type.String({
      enum: ['executed', 'skipped', 'halted', 'failed', 'condition_failed', 'loop_failed', 'ended'],
      description: 'All but the first two end the workflow or a sweep, and are there with `explain` only',
    }),
    loop_counter: Type.Optional(Type.Integer({ description: 'In the sweeps of a loop' })),
    message: Type.Optional(Type.Unknown({ description: 'The message after the task' })),
    mapping_contexts: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'The context before each mapping of a `map` task' }),
    ),
    explain: Type.Optional(
      Type.Array(
        Type.Object({
          at: Type.String({ description: 'Where the rule is: `tasks[1].condition`' }),
          owner: Type.Optional(
            Type.String({ description: 'The task or group that it belongs to; absent for the workflow' }),
          ),
          target: Type.Optional(Type.String({ description: 'What a mapping writes to' })),
          ...ExplanationSchema.properties,
          note: Type.Optional(Type.String({ description: 'What the engine makes of the result' })),
        }),
      ),
    ),
  },
  { description: 'What became of one task' },
)

const Report = Type.Object(
  {
    matched: Type.Boolean({ description: 'Whether at least one task was executed' }),
    trace: Type.Object({
      steps: Type.Array(Step),
      truncated: Type.Optional(
        Type.Boolean({ description: 'The trace would be too long: messages are missing' }),
      ),
      omitted: Type.Optional(
        Type.Integer({ description: 'Evaluations that are not explained for lack of room' }),
      ),
    }),
    output: Type.Unknown({ description: '`data` after the run' }),
    errors: Type.Array(Type.Unknown(), { description: 'Errors that the run collected' }),
  },
  { description: 'What a workflow makes of a message' },
)

export function workflowTestRoute(
  workflows: Pick<VersionedCatalog<Workflow, unknown>, 'get'>,
  needs: DryRunNeeds,
): Route {
  return route({
    method: 'POST',
    path: '/api/v1/admin/workflows/{id}/test',
    operationId: 'test_workflow',
    tag: 'Workflows',
    summary: 'Run the latest version of a workflow on a message',
    description:
      'The version may have any status; nothing is audited, no trace is stored. What its tasks do elsewhere is real. A ' +
      'run that fails is answered as a caller would see it, with the reason; with `explain`, everything that was found ' +
      'out stands beside `error`.',
    body: TestWorkflow,
    answers: { 200: { description: 'The run', schema: Report } },
    errors: [...adminErrors.change, 'ENGINE_ERROR', 'TIMEOUT'],
    run: async call => {
      const { body } = call
      if (!Value.Check(TestWorkflow, body)) throw validationError(schemaProblems(TestWorkflow, body))
      const workflow = await workflows.get(idOf(call))
      const { data, metadata, explain = false } = body
      const { outcome, report } = await dryRun(workflow, { data, metadata, explain }, needs)
      const failure = failureOf(outcome, { name: TEST_CHANNEL, timeoutMs: needs.timeoutMs })
      if (failure === undefined) return { status: 200, body: report }
      // Callers of a channel may not see what failed inside; who writes the workflow has to.
      const error = new OrionError(failure.error.code, failure.text, { cause: failure.error.cause })
      if (!explain) throw error
      const { code, message, status } = error
      return { status, body: { error: { code, message, request_id: call.exchange.requestId }, ...report } }
    },
  })
}
