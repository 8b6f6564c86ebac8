import { expect, test } from 'bun:test'
import { openRoom, serving } from '../test-room.ts'

const KEY = { var: 'data.k' }

/** Everything that guards a channel. */
const CONFIG = {
  rate_limit: { requests_per_second: 1 },
  auth: { mode: 'jwt', algorithms: ['HS256'], jwt_keys: [{ algorithm: 'HS256', key: 'k'.repeat(32) }] },
  principal_rate_limit: { requests_per_second: 1, key_logic: KEY },
  cors: { allowed_origins: ['https://app.example.com'] },
  request_schema: { type: 'object' },
  validation_logic: true,
  deduplication: { header: 'Idempotency-Key' },
  cache: { enabled: true },
  backpressure: { max_concurrent: 1 },
}

test('a call of a task meets the guards of its data and of the room to run, and no others', async () => {
  await using room = await openRoom({
    workflows: [
      {
        workflow_id: 'full',
        tasks: [{ id: 't', name: 't', function: { name: 'log', input: { message: 'x' } } }],
      },
    ],
    channels: [serving('full', { config: CONFIG })],
  })
  const channel = room.live.snapshot().byName.get('full')
  expect(channel?.quarantine).toBeUndefined()
  const holding = (guards: object = {}) =>
    Object.entries(guards).flatMap(([name, guard]) => (guard === undefined ? [] : [name]))
  expect(holding(channel?.guards)).toHaveLength(9)
  expect(holding(channel?.guardsByWay.http)).toEqual(holding(channel?.guards))
  expect(holding(channel?.guardsByWay.channel_call)).toEqual([
    'rateLimit',
    'requestSchema',
    'validation',
    'deduplication',
    'backpressure',
  ])
})
