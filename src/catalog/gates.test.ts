import { describe, expect, test } from 'bun:test'
import type { Channel } from '../channel/definition.ts'
import type { Source } from '../dispatch/live.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import { channel, connector } from '../storage/test-store.ts'
import { channelObstacles } from './gates.ts'

const EMPTY: Source = { channels: [], workflows: [], connectors: [], shadows: [], secrets: [] }
const functions = functionTable(builtInFunctions)

function obstacles(fields: Partial<Channel>, source: Partial<Source>) {
  const row = channel({ workflow_id: null, ...fields })
  return channelObstacles(row, { ...EMPTY, ...source }, functions).map(
    ({ gate, other }) => `${gate} ${other.id}`,
  )
}

describe('the connectors of a channel', () => {
  const config = { cache: { enabled: true, connector: 'redis' } }

  test('exist and are enabled', () => {
    expect(obstacles({ config }, {})).toEqual(['connector-enabled redis'])
    const redis = connector({ name: 'redis' })
    expect(obstacles({ config }, { connectors: [{ ...redis, enabled: false }] })).toEqual([
      'connector-enabled redis',
    ])
    expect(obstacles({ config }, { connectors: [redis] })).toEqual([])
  })
})

test('a channel whose route is none collides with nobody', () => {
  const other = channel({ channel_id: 'other', name: 'other', route_pattern: null })
  expect(obstacles({ route_pattern: null }, { channels: [other] })).toEqual([])
})
