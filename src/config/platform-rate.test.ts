import { expect, test } from 'bun:test'
import { platformRate } from './platform-rate.ts'

test('the rate of the data plane is its own, else that of everything, while there is a limit', () => {
  const limit = { enabled: true, default_rps: 100, default_burst: 50, endpoints: {} }
  expect(platformRate({ rate_limit: limit })).toEqual({
    requestsPerSecond: 100,
    setBy: 'rate_limit.default_rps',
  })
  expect(platformRate({ rate_limit: { ...limit, endpoints: { admin_rps: 1, data_rps: 200 } } })).toEqual({
    requestsPerSecond: 200,
    setBy: 'rate_limit.endpoints.data_rps',
  })
  expect(platformRate({ rate_limit: { ...limit, enabled: false } })).toBeUndefined()
})
