import { excerpt } from '../../../std/excerpt.ts'
import { guardedBy } from '../example-channel.ts'
import { valueAt } from '../open-subject.ts'
import type { ChannelRule } from '../subject.ts'

export const originNeverSent: ChannelRule = {
  name: 'origin-never-sent',
  summary:
    'An allowed origin in a form that no browser sends: with the usual port of its scheme, with capital letters, or ' +
    'with letters that a browser writes in punycode.',
  example: {
    wrong: guardedBy({ cors: { allowed_origins: ['https://shop.example.com:443'] } }),
    at: 'config.cors.allowed_origins[0]',
    right: guardedBy({ cors: { allowed_origins: ['https://shop.example.com'] } }),
  },
  *check({ config }) {
    for (const place of ['cors.allowed_origins', 'origin_allow_list']) {
      const origins = valueAt(config, place)
      for (const [at, origin] of (Array.isArray(origins) ? origins : []).entries()) {
        const sent = typeof origin === 'string' ? sentOrigin(origin) : undefined
        if (typeof origin !== 'string' || sent === undefined || sent === origin) continue
        yield {
          path: `config.${place}[${at}]`,
          message: `no browser sends the origin "${excerpt(origin)}"; it sends "${excerpt(sent)}"`,
          expected: `"${excerpt(sent)}"`,
          suggestion: sent,
        }
      }
    }
  },
}

/** As browsers write it (RFC 6454); undefined for what is no origin of the web. */
function sentOrigin(origin: string): string | undefined {
  const url = /^https?:/i.test(origin) ? URL.parse(origin) : null
  return url?.origin
}
