import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule } from '../subject.ts'

export const rateAbovePlatform: ChannelRule = {
  name: 'rate-above-platform',
  summary:
    "A channel admits more requests a second than the platform's limit. A channel with a limit of its own is not " +
    "counted by the platform's, so this opens it further than `[rate_limit]` of the configuration says. The server " +
    'compares with its own limit; `lint` with that of the file named by `-c`, and says nothing without one.',
  example: {
    wrong: guardedBy({ rate_limit: { requests_per_second: 5000 } }),
    at: 'config.rate_limit.requests_per_second',
    right: guardedBy({ rate_limit: { requests_per_second: 50 } }),
  },
  *check({ config, needs: { platformRate } }) {
    const rate = valueAt(config, 'rate_limit.requests_per_second')
    if (platformRate === undefined || typeof rate !== 'number' || rate <= platformRate.requestsPerSecond)
      return
    const { requestsPerSecond, setBy } = platformRate
    yield {
      path: 'config.rate_limit.requests_per_second',
      message: `${rate} requests a second are more than the ${requestsPerSecond} of the platform (${setBy}), which does not count this channel`,
      expected: `at most ${requestsPerSecond}, or a higher ${setBy}`,
    }
  },
}
