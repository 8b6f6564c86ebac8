import { expect, test } from 'bun:test'
import { connectorUses } from './connector-uses.ts'

test('the settings of a channel that name a connector are told with their place', () => {
  const cache = { enabled: true, connector: 'redis' }
  expect(
    connectorUses({ deduplication: { header: 'h', connector: 'keys' }, cache, auth: { connector: 'x' } }),
  ).toEqual([
    { path: 'config.cache.connector', connector: 'redis' },
    { path: 'config.deduplication.connector', connector: 'keys' },
  ])
})

test('others name none', () => {
  expect(connectorUses({ cache: { connector: 5 }, deduplication: null, connector: 'x' })).toEqual([])
})
