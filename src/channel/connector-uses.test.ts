import { expect, test } from 'bun:test'
import { connectorUses } from './connector-uses.ts'

test('the settings of a channel that name a connector are told with their place', () => {
  const cache = { enabled: true, connector: 'redis' }
  const deduplication = { header: 'h', connector: 'keys' }
  const limit = { requests_per_second: 1, connector: 'limits' }
  expect(
    connectorUses({
      cache,
      deduplication,
      auth: { connector: 'x' },
      rate_limit: limit,
      principal_rate_limit: limit,
    }),
  ).toEqual([
    { path: 'config.rate_limit.connector', connector: 'limits' },
    { path: 'config.principal_rate_limit.connector', connector: 'limits' },
    { path: 'config.deduplication.connector', connector: 'keys' },
    { path: 'config.cache.connector', connector: 'redis' },
  ])
})

test('others name none', () => {
  expect(connectorUses({ cache: { connector: 5 }, deduplication: null, connector: 'x' })).toEqual([])
})
