import type { Message } from '../../engine/message.ts'
import type { Trace } from '../../storage/store.ts'
import type { Failure } from '../failure.ts'
import { resultText } from '../trace-row.ts'
import type { WrittenAnswer } from '../written-answer.ts'

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
