import initial from '../../migrations/sqlite/0001_initial.sql' with { type: 'text' }
import workflowLoops from '../../migrations/sqlite/0002_workflow_loops.sql' with { type: 'text' }
import traceExplanations from '../../migrations/sqlite/0003_trace_explanations.sql' with { type: 'text' }
import answerNotes from '../../migrations/sqlite/0004_answer_notes.sql' with { type: 'text' }
import idempotencyKeys from '../../migrations/sqlite/0005_idempotency_keys.sql' with { type: 'text' }
import stopWhen from '../../migrations/sqlite/0006_stop_when.sql' with { type: 'text' }
import shadow from '../../migrations/sqlite/0007_shadow.sql' with { type: 'text' }
import secrets from '../../migrations/sqlite/0009_secrets.sql' with { type: 'text' }

/** One numbered step of the schema; applied once, never edited afterwards. */
export interface Migration {
  version: number
  description: string
  sql: string
}

/** Every migration that this binary knows, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, description: 'initial', sql: initial },
  { version: 2, description: 'workflow loops', sql: workflowLoops },
  { version: 3, description: 'trace explanations', sql: traceExplanations },
  { version: 4, description: 'answer notes', sql: answerNotes },
  { version: 5, description: 'idempotency keys', sql: idempotencyKeys },
  { version: 6, description: 'stop when', sql: stopWhen },
  { version: 7, description: 'shadow', sql: shadow },
  { version: 9, description: 'secrets', sql: secrets },
]
