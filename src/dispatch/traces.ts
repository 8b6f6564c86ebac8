import { OrionError } from '../errors.ts'
import type { Json } from '../std/json.ts'
import type { Trace } from '../storage/store.ts'

/** One trace as `GET /traces/{id}` shows it (contract 8.7). */
export interface TraceView {
  id: string
  status: Trace['status']
  mode: Trace['mode']
  created_at: string
  workflow_version?: number
  /** The stored result, of a completed run. */
  message?: Json
  /** Why the run failed. */
  error?: string
  started_at?: string
  completed_at?: string
  duration_ms?: number
}

export function traceView(trace: Trace): TraceView {
  const { id, status, mode, created_at } = trace
  return {
    id,
    status,
    mode,
    created_at,
    ...(trace.workflow_version !== null && { workflow_version: trace.workflow_version }),
    ...(status === 'completed' && trace.result_json !== null && { message: JSON.parse(trace.result_json) }),
    ...(trace.error_message !== null && { error: trace.error_message }),
    ...(trace.started_at !== null && { started_at: trace.started_at }),
    ...(trace.completed_at !== null && { completed_at: trace.completed_at }),
    ...(trace.duration_ms !== null && { duration_ms: trace.duration_ms }),
  }
}

/** The trace that was asked for; throws NOT_FOUND. */
export function existingTrace(id: string, trace: Trace | undefined): Trace {
  if (trace === undefined) throw new OrionError('NOT_FOUND', `Trace '${id}' not found`)
  return trace
}
