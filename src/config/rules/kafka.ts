import type { Config } from '../schema.ts'
import type { Rule } from './rule.ts'

type Kafka = Config['kafka']

/** Each holds only when Kafka is switched on. */
export const kafkaRules: readonly Rule[] = [
  whenEnabled('brokers', ({ brokers }) =>
    brokers.length === 0 ? ['must name at least one broker'] : brokers.flatMap(brokerProblem),
  ),
  whenEnabled('group_id', ({ group_id }) => (group_id.trim() === '' ? ['must not be empty'] : [])),
  whenEnabled('max_inflight', ({ max_inflight }) => (max_inflight === 0 ? ['must be > 0'] : [])),
  whenEnabled('topics', ({ topics }) => [
    ...topics.flatMap(({ topic, channel }, index) =>
      topic.trim() === '' || channel.trim() === '' ? [`[${index}] must name a topic and a channel`] : [],
    ),
    ...repeated(topics.map(({ topic }) => topic)).map(name => `names the topic "${name}" more than once`),
    ...repeated(topics.map(({ channel }) => channel)).map(
      name => `names the channel "${name}" more than once`,
    ),
  ]),
]

function whenEnabled(key: keyof Kafka, problems: (kafka: Kafka) => string[]): Rule {
  return {
    keys: [`kafka.${key}`, 'kafka.enabled'],
    check: ({ kafka }) =>
      kafka.enabled
        ? problems(kafka).map(text => `kafka.${key}${text.startsWith('[') ? '' : ' '}${text}`)
        : [],
  }
}

function brokerProblem(broker: string): string[] {
  const port = /:\+?(\d{1,5})$/.exec(broker)?.[1]
  if (port !== undefined && Number(port) <= 65_535 && !/^\s*:/.test(broker)) return []
  return [`has the broker ${JSON.stringify(broker)}, which is not host:port`]
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].filter(
    name => name.trim() !== '',
  )
}
