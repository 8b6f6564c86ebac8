import { count, flag, millis, seconds, section, whole } from '../kinds.ts'

export const queue = section('Asynchronous work, and the size of answers.', {
  workers: count('Runs of queued work side by side.', { minimum: 1, default: 4, unused: true }),
  buffer_size: count('Queued messages held in memory.', { minimum: 1, default: 1000, unused: true }),
  shutdown_timeout_secs: seconds('Seconds that queued work may take at a stop.', {
    minimum: 1,
    default: 30,
    unused: true,
  }),
  trace_retention_hours: count('Hours that a trace is kept.', { default: 72, unused: true }),
  trace_cleanup_interval_secs: seconds('Seconds between two clean-ups of traces.', {
    default: 3600,
    unused: true,
  }),
  processing_timeout_ms: millis('Deadline of one queued message, in milliseconds.', {
    minimum: 1,
    default: 60_000,
    unused: true,
  }),
  max_result_size_bytes: whole('Largest answer of a workflow, in bytes; a larger one is 502.', {
    default: 1_048_576,
  }),
  max_queue_memory_bytes: whole('Bytes of queued messages held in memory.', {
    default: 104_857_600,
    unused: true,
  }),
  dlq_retry_enabled: flag('Try dead letters again.', { default: true, unused: true }),
  dlq_max_retries: count('Tries of a dead letter.', { default: 5, unused: true }),
  dlq_poll_interval_secs: seconds('Seconds between two looks at the dead letters.', {
    default: 30,
    unused: true,
  }),
})
