import { and, eq } from 'drizzle-orm'
import type { Reader, StoredRow } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { render, statement } from '../sql.ts'
import type {
  Listed,
  Page,
  RecordedFilter,
  RecordedTrace,
  Sort,
  Statement,
  Trace,
  TraceFilter,
  TraceRepository,
} from '../store.ts'
import { traces } from '../tables.ts'
import { Cells } from './cells.ts'
import { type Decoder, decodeOne, listed } from './decoding.ts'
import { newestTraces } from './newest-traces.ts'
import { findTraces } from './trace-windows.ts'

const COLUMNS = [
  'tenant',
  'id',
  'channel',
  'channel_id',
  'mode',
  'status',
  'workflow_version',
  'input_json',
  'result_json',
  'error_message',
  'duration_ms',
  'started_at',
  'completed_at',
  'created_at',
  'updated_at',
  'explain_json',
  'answer_notes_json',
  'metadata_json',
]
const INSERT = `insert into traces (${COLUMNS.join(', ')}) values (${COLUMNS.map(() => '?').join(', ')})`

const decoder: Decoder<Trace> = { noun: 'trace', idColumn: 'id', decode }

/** What ran, one row a run. */
export class Traces implements TraceRepository {
  readonly #reader: Reader
  readonly #tenant: string

  constructor(reader: Reader, scope: Scope) {
    this.#reader = reader
    this.#tenant = scope.tenant
  }

  insert(trace: Trace): Statement {
    return {
      sql: INSERT,
      params: [
        this.#tenant,
        trace.id,
        trace.channel,
        trace.channel_id,
        trace.mode,
        trace.status,
        trace.workflow_version,
        trace.input_json,
        trace.result_json,
        trace.error_message,
        trace.duration_ms,
        trace.started_at,
        trace.completed_at,
        trace.created_at,
        trace.updated_at,
        trace.explain_json,
        trace.answer_notes_json,
        trace.metadata_json ?? null,
      ],
    }
  }

  async get(id: string): Promise<Trace | undefined> {
    return decodeOne(decoder, await this.#row(id))
  }

  async recorded(id: string): Promise<RecordedTrace | undefined> {
    const row = await this.#row(id)
    const trace = decodeOne(decoder, row)
    return row && trace && { ...trace, metadata_json: new Cells(row).textOrNull('metadata_json') }
  }

  newest(filter: RecordedFilter, limit: number, isOver: () => boolean): Promise<string[]> {
    return newestTraces(this.#reader, this.#tenant, filter, limit, isOver)
  }

  async list(filter: TraceFilter, sort: Sort, page: Page): Promise<Listed<Trace>> {
    const { stored, total } = await findTraces(this.#reader, this.#tenant, filter, sort, page)
    return listed(decoder, stored, total)
  }

  #row(id: string): Promise<StoredRow | undefined> {
    const query = render
      .select()
      .from(traces)
      .where(and(eq(traces.tenant, this.#tenant), eq(traces.id, id)))
    return this.#reader.first(statement(query))
  }
}

function decode(cells: Cells): Trace {
  return {
    id: cells.text('id'),
    channel: cells.text('channel'),
    channel_id: cells.textOrNull('channel_id'),
    mode: cells.oneOf('mode', ['sync', 'async']),
    status: cells.oneOf('status', ['pending', 'running', 'completed', 'failed']),
    workflow_version: cells.numberOrNull('workflow_version'),
    input_json: cells.textOrNull('input_json'),
    result_json: cells.textOrNull('result_json'),
    error_message: cells.textOrNull('error_message'),
    duration_ms: cells.numberOrNull('duration_ms'),
    started_at: cells.textOrNull('started_at'),
    completed_at: cells.textOrNull('completed_at'),
    created_at: cells.text('created_at'),
    updated_at: cells.text('updated_at'),
    explain_json: cells.textOrNull('explain_json'),
    answer_notes_json: cells.textOrNull('answer_notes_json'),
  }
}
