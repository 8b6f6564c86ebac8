import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Replay, ReplayRequest } from '../../dispatch/rehearsal/replay.ts'
import { type Detail, validationError } from '../../errors.ts'
import { schemaProblems } from '../../std/schema-problems.ts'
import { adminErrors } from '../answers.ts'
import { ComparisonSchema } from '../comparison-schema.ts'
import { type Route, route } from '../route.ts'
import { idOf } from './versioned.ts'

const MAX_REQUESTS = 1000
const DEFAULT_REQUESTS = 100

const Instant = (description: string) =>
  Type.Optional(Type.String({ description: `${description}, as 2026-01-31T12:00:00Z` }))

const ReplayBody = Type.Object(
  {
    version: Type.Integer({ minimum: 1, description: 'The version to run, whatever its status' }),
    trace_ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        maxItems: MAX_REQUESTS,
        description: 'The stored requests, by the ids of their traces',
      }),
    ),
    filter: Type.Optional(
      Type.Object(
        {
          channel: Type.Optional(
            Type.String({ description: 'Name of a live channel that runs the workflow' }),
          ),
          status: Type.Optional(Type.Union([Type.Literal('completed'), Type.Literal('failed')])),
          since: Instant('Requests that arrived then or later'),
          until: Instant('Requests that arrived then or earlier'),
        },
        { additionalProperties: false, description: 'Instead of ids: the newest requests of such a kind' },
      ),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_REQUESTS,
        default: DEFAULT_REQUESTS,
        description: 'Requests at most',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Which stored requests are run against which version',
    examples: [{ version: 2, filter: { status: 'completed' }, limit: 100 }],
  },
)

const Report = Type.Object({
  data: Type.Object({
    ...ComparisonSchema.properties,
    missing: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Ids that are no stored request of a live channel which runs the workflow',
      }),
    ),
    not_run: Type.Optional(Type.Integer({ description: 'Requests that there was no time for' })),
  }),
})

export function replayRoute(replay: Pick<Replay, 'run'>): Route {
  return route({
    method: 'POST',
    path: '/api/v1/admin/workflows/{id}/replay',
    operationId: 'replay_workflow',
    tag: 'Workflows',
    summary: 'Run stored requests against a version, and compare',
    description:
      'Calls that write do not happen, nothing is stored, and no more than one replay runs at a time. Needs the traces ' +
      'of the requests.',
    body: ReplayBody,
    answers: { 200: { description: 'What the version makes otherwise', schema: Report } },
    errors: [...adminErrors.change],
    run: async call => {
      return { status: 200, body: { data: await replay.run(idOf(call), requestIn(call.body)) } }
    },
  })
}

function requestIn(body: unknown): ReplayRequest {
  if (!Value.Check(ReplayBody, body)) throw validationError(schemaProblems(ReplayBody, body))
  const problems = problemsOf(body)
  if (problems.length > 0) throw validationError(problems)
  const { version, trace_ids, filter = {}, limit } = body
  if (trace_ids !== undefined) {
    return { version, from: { traceIds: trace_ids }, limit: limit ?? trace_ids.length }
  }
  const { since, until, ...rest } = filter
  const times = {
    ...(since !== undefined && { sinceMs: Date.parse(since) }),
    ...(until !== undefined && { untilMs: Date.parse(until) }),
  }
  return { version, from: { filter: { ...rest, ...times } }, limit: limit ?? DEFAULT_REQUESTS }
}

function problemsOf({ trace_ids, filter }: Static<typeof ReplayBody>): Detail[] {
  if ((trace_ids === undefined) === (filter === undefined)) {
    const message = 'name the requests by either "trace_ids" or "filter"'
    return filter === undefined
      ? [{ path: 'trace_ids', code: 'REQUIRED', message, expected: 'ids of traces, or a filter' }]
      : [{ path: 'filter', code: 'UNKNOWN_KEY', message, expected: 'one of the two' }]
  }
  return (['since', 'until'] as const).flatMap(key => {
    const text = filter?.[key]
    if (text === undefined || !Number.isNaN(Date.parse(text))) return []
    const expected = 'a time such as 2026-01-31T12:00:00Z'
    return [
      { path: `filter.${key}`, code: 'INVALID_FORMAT' as const, message: 'is no time', expected, got: text },
    ]
  })
}
