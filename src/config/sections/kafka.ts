import { Type } from '@sinclair/typebox'
import { count, flag, list, millis, seconds, section, text } from '../kinds.ts'

const topic = Type.Object(
  {
    topic: Type.String({ description: 'Topic to read.' }),
    channel: Type.String({ description: 'Channel that answers its messages.' }),
  },
  { additionalProperties: false, expected: 'a table with topic and channel' },
)

export const kafka = section('Messages from topics.', {
  enabled: flag('Read topics.', { default: false, only: [false] }),
  brokers: list('Brokers, each `host:port`.', {
    default: ['localhost:9092'],
    keepEmptyItems: true,
    unused: true,
  }),
  group_id: text('Consumer group.', { default: 'orion', unused: true }),
  topics: Type.Array(topic, {
    default: [],
    description: 'Which channel answers the messages of which topic.',
    unused: true,
  }),
  processing_timeout_ms: millis('Deadline of one message, in milliseconds.', {
    default: 60_000,
    unused: true,
  }),
  max_inflight: count('Messages that run side by side.', { default: 100, unused: true }),
  lag_poll_interval_secs: seconds('Seconds between two looks at the lag.', { default: 30, unused: true }),
  dlq: section('Where messages go that cannot be answered.', {
    enabled: flag('Write dead letters.', { default: false, only: [false] }),
    topic: text('Topic of the dead letters.', { default: 'orion-dlq', unused: true }),
  }),
})
