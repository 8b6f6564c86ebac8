import type { Json, JsonObject } from '../std/json.ts'

/** The root of every JSONLogic evaluation; a map task may add keys beside the three. */
export interface Context extends JsonObject {
  data: Json
  metadata: Json
  temp_data: Json
}

/** What runs through a workflow (engine-contract A1). The payload is not visible to JSONLogic. */
export interface Message {
  readonly id: string
  readonly payload: Json
  readonly context: Context
  readonly audit_trail: AuditStep[]
  readonly errors: ErrorEntry[]
}

/** One task that ran and was not skipped (A6). */
interface AuditStep {
  workflow_id: string
  task_id: string
  timestamp: string
  changes: Change[]
  status: number
  /** Only of tasks in the sweeps of a loop. */
  loop_counter?: number
}

export interface Change {
  path: string
  old_value: Json
  new_value: Json
  /** Only of what was taken away. */
  removed?: true
}

/** A9. Keys in this order; the optional ones are absent when unset. */
export interface ErrorEntry {
  code: string
  message: string
  path: string | null
  workflow_id?: string
  task_id?: string
  timestamp?: string
}
