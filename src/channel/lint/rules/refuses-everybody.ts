import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule } from '../subject.ts'

export const refusesEverybody: ChannelRule = {
  name: 'refuses-everybody',
  summary:
    'A guard that lets nobody through: `max_concurrent` 0 refuses every request with 503, and an empty list of origins ' +
    'every request of a web page with 403.',
  example: {
    wrong: guardedBy({ backpressure: { max_concurrent: 0 } }),
    at: 'config.backpressure.max_concurrent',
    right: guardedBy({ backpressure: { max_concurrent: 100 } }),
  },
  *check({ config }) {
    for (const key of ['max_concurrent', 'max_concurrent_per_node']) {
      if (valueAt(config, `backpressure.${key}`) !== 0) continue
      yield {
        path: `config.backpressure.${key}`,
        message: `"${key}" is 0, so every request is refused (503)`,
        expected: 'how many runs may go on side by side; a channel that is to rest is archived',
      }
    }
    for (const place of ['cors.allowed_origins', 'origin_allow_list']) {
      const origins = valueAt(config, place)
      if (!Array.isArray(origins) || origins.length > 0) continue
      yield {
        path: `config.${place}`,
        message: 'the list of origins is empty, so every request of a web page is refused (403)',
        expected: 'the origins that may ask, such as "https://app.example.com"',
      }
    }
  },
}
