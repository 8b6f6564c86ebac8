import { type Static, Type } from '@sinclair/typebox'
import { OrionError } from '../../errors.ts'
import type { Trace, TraceRepository } from '../../storage/store.ts'
import { list, listReply } from '../answers.ts'
import { PageQuery, pageOf, SortQuery, sortOf } from '../query.ts'
import { type Route, route } from '../route.ts'
import { idOf } from './versioned.ts'

const tag = 'Data'
const SORTS = ['created_at', 'updated_at', 'status', 'channel', 'mode'] as const

const Text = Type.Union([Type.String(), Type.Null()])

/** A row as the list shows it; JSON columns stay text (contract 8.7). */
export const TraceRow = Type.Object(
  {
    id: Type.String(),
    channel: Type.String(),
    channel_id: Text,
    mode: Type.String({ enum: ['sync', 'async'] }),
    status: Type.String({ enum: ['pending', 'running', 'completed', 'failed'] }),
    workflow_version: Type.Union([Type.Integer(), Type.Null()], { description: 'The version that answered' }),
    input_json: Text,
    result_json: Text,
    error_message: Text,
    duration_ms: Type.Union([Type.Number(), Type.Null()]),
    started_at: Text,
    completed_at: Text,
    created_at: Type.String(),
    updated_at: Type.String(),
    explain_json: Text,
    answer_notes_json: Text,
  },
  { description: 'One run of a workflow' },
)

const AnswerNotes = Type.Object(
  {
    status: Type.Integer(),
    content_type: Type.Optional(Type.String({ description: 'What the workflow set; JSON when it set none' })),
    headers: Type.Optional(Type.Array(Type.String(), { description: 'Names of what the workflow set' })),
    dropped: Type.Optional(
      Type.Array(Type.Object({ code: Type.String(), message: Type.String(), path: Type.String() }), {
        description: 'What the workflow wrote for its answer and the answer does not have',
      }),
    ),
    errors: Type.Optional(
      Type.Array(Type.Object({}, { additionalProperties: true }), {
        description: 'Failures of tasks that the workflow went on after',
      }),
    ),
  },
  { description: 'How a run was answered when it was not with the envelope, or something was dropped' },
)

const TraceView = Type.Object({
  id: Type.String(),
  channel: Type.String(),
  status: TraceRow.properties.status,
  mode: TraceRow.properties.mode,
  message: Type.Optional(
    Type.Unknown({ description: 'The answer of a completed run; what a failed one had collected' }),
  ),
  error: Type.Optional(Type.String({ description: 'Why a run failed' })),
  workflow_version: Type.Optional(Type.Integer()),
  started_at: Type.Optional(Type.String()),
  completed_at: Type.Optional(Type.String()),
  duration_ms: Type.Optional(Type.Number()),
  explain: Type.Optional(
    Type.Unknown({ description: 'How each condition and mapping came about, if the request asked for it' }),
  ),
  answer: Type.Optional(AnswerNotes),
  created_at: Type.String(),
})

const TraceList = Type.Object({
  status: Type.Optional(TraceRow.properties.status),
  channel: Type.Optional(Type.String({ description: 'Name of the channel' })),
  mode: Type.Optional(TraceRow.properties.mode),
  ...PageQuery,
  ...SortQuery(SORTS),
})

/** Reads what was stored of the traffic; open like the data plane itself (contract 1.8). */
export function traceRoutes(traces: Pick<TraceRepository, 'get' | 'list'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/data/traces',
      operationId: 'list_traces',
      tag,
      summary: 'List stored runs',
      query: TraceList,
      answers: list(TraceRow),
      errors: ['VALIDATION_ERROR', 'RATE_LIMITED', 'STORAGE_ERROR', 'INTERNAL_ERROR'],
      run: (_call, { limit, offset, sort_by, sort_order, ...filter }) =>
        listReply<Static<typeof TraceRow>>(pageOf({ limit, offset }), page =>
          traces.list(filter, sortOf({ sort_by, sort_order }, SORTS), page),
        ),
    }),
    route({
      method: 'GET',
      path: '/api/v1/data/traces/{id}',
      operationId: 'get_trace',
      tag,
      summary: 'Read one stored run',
      answers: { 200: { description: 'The run', schema: TraceView } },
      errors: ['BAD_REQUEST', 'NOT_FOUND', 'RATE_LIMITED', 'STORAGE_ERROR', 'INTERNAL_ERROR'],
      run: async call => {
        const id = idOf(call)
        const trace = await traces.get(id)
        if (trace === undefined) throw new OrionError('NOT_FOUND', `Trace '${id}' not found`)
        return { status: 200, json: traceJson(trace) }
      },
    }),
  ]
}

/** The stored result goes out as it was written, not parsed and written again. */
function traceJson(trace: Trace): string {
  const { id, channel, status, mode, created_at } = trace
  const head = JSON.stringify({ id, channel, status, mode })
  const message = trace.result_json === null ? '' : `,"message":${trace.result_json}`
  const explain = trace.explain_json === null ? '' : `,"explain":${trace.explain_json}`
  const answer = trace.answer_notes_json === null ? '' : `,"answer":${trace.answer_notes_json}`
  const tail = JSON.stringify({
    error: status === 'failed' ? (trace.error_message ?? undefined) : undefined,
    workflow_version: trace.workflow_version ?? undefined,
    started_at: trace.started_at ?? undefined,
    completed_at: trace.completed_at ?? undefined,
    duration_ms: trace.duration_ms ?? undefined,
    created_at,
  })
  return `${head.slice(0, -1)}${message}${explain}${answer},${tail.slice(1)}`
}
