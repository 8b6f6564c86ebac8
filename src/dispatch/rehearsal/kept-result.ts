import type { Message } from '../../engine/message.ts'
import type { Trace } from '../../storage/store.ts'
import type { Failure } from '../failure.ts'
import { envelopeText, type WrittenAnswer } from '../written-answer.ts'

/** What a run came to, as its trace keeps it. */
export type KeptResult = Pick<Trace, 'id' | 'status' | 'result_json' | 'error_message' | 'answer_notes_json'>

export function keptResult(
  message: Message,
  outcome: WrittenAnswer | Failure,
  maxResultBytes: number,
): KeptResult {
  const failed = 'error' in outcome
  return {
    id: message.id,
    status: failed ? 'failed' : 'completed',
    result_json: resultText(message, outcome, maxResultBytes),
    error_message: failed ? outcome.text : null,
    answer_notes_json: failed ? null : outcome.notes,
  }
}

/** What a run came to, as JSON text; null when there is nothing, or too much. */
export function resultText(
  message: Message,
  outcome: WrittenAnswer | Failure,
  maxResultBytes: number,
): string | null {
  return 'error' in outcome ? collected(message, outcome, maxResultBytes) : outcome.result
}

/** What could not be written as an answer cannot be written here either. */
function collected(message: Message, { error }: Failure, maxBytes: number): string | null {
  if (error.code === 'RESPONSE_TOO_LARGE' || error.code === 'INTERNAL_ERROR') return null
  const text = envelopeText(message, 'failed', message.context.data, maxBytes)
  return typeof text === 'string' ? text : null
}
