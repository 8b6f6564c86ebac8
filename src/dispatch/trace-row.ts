import type { Message } from '../engine/message.ts'
import { timestamp } from '../std/clock.ts'
import type { Trace } from '../storage/store.ts'
import type { Failure } from './failure.ts'
import type { Inspection } from './inspection.ts'
import { resultText } from './rehearsal/kept-result.ts'
import type { ChannelRuntime } from './snapshot.ts'
import type { WrittenAnswer } from './written-answer.ts'

/** A run that is over. */
export interface Past {
  readonly channel: Pick<ChannelRuntime, 'id' | 'name'>
  /** Version that ran; null when none did. */
  readonly workflowVersion: number | null
  readonly message: Message
  readonly inspection: Inspection | undefined
  readonly outcome: WrittenAnswer | Failure
  readonly durationMs: number
  readonly endedAtMs: number
  /** What it saw of its metadata, as JSON text; null when its payload says enough. */
  readonly metadataJson: string | null
}

/** What is kept of a run. Of a failed one too what it had collected, unless that is longer than `maxResultBytes`. */
export function traceRow(
  { channel, workflowVersion, message, inspection, outcome, durationMs, endedAtMs, metadataJson }: Past,
  maxResultBytes: number,
): Trace {
  const completedAt = timestamp(endedAtMs)
  const startedAt = durationMs < 1 ? completedAt : timestamp(Math.round(endedAtMs - durationMs))
  const failed = 'error' in outcome
  return {
    id: message.id,
    channel: channel.name,
    channel_id: channel.id,
    mode: 'sync',
    status: failed ? 'failed' : 'completed',
    workflow_version: workflowVersion,
    input_json: JSON.stringify(message.payload),
    result_json: resultText(message, outcome, maxResultBytes),
    error_message: failed ? outcome.text : null,
    duration_ms: Math.round(durationMs * 1000) / 1000,
    started_at: startedAt,
    completed_at: completedAt,
    created_at: startedAt,
    updated_at: completedAt,
    explain_json: inspection === undefined ? null : inspection.explanation(),
    answer_notes_json: failed ? null : outcome.notes,
    metadata_json: metadataJson,
  }
}
