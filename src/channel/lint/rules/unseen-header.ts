import { excerpt } from '../../../std/excerpt.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { CREDENTIAL_HEADERS } from '../../credential-headers.ts'
import { guardedBy } from '../example-channel.ts'
import type { GuardScope } from '../guard-scopes.ts'
import type { ChannelRule } from '../subject.ts'

export const unseenHeader: ChannelRule = {
  name: 'unseen-header',
  summary:
    'The logic of a guard reads a header under a name that it never has: names of headers are in lower case. Or it ' +
    'validates credentials from `metadata.headers`, where everybody has the same mask; in `headers` they are as they came.',
  example: {
    wrong: guardedBy({ rate_limit: { requests_per_second: 5, key_logic: { var: 'headers.X-Tenant' } } }),
    at: 'config.rate_limit.key_logic.var',
    right: guardedBy({ rate_limit: { requests_per_second: 5, key_logic: { var: 'headers.x-tenant' } } }),
  },
  *check({ logic }) {
    for (const { path, scope, analysis } of logic) {
      for (const { path: read, at, inBody } of analysis?.reads ?? []) {
        if (inBody || read === undefined || !scope.roots.includes(read.split('.', 1)[0] ?? '')) continue
        const warning = headerWarning(read, scope)
        if (warning !== undefined) yield { path: `${path}.${at}`, ...warning }
      }
    }
  },
}

const HEADER = /^((?:metadata\.)?headers)\.(.+)$/s

/** The key of a cache is made of what was sent; masks would make all callers equal. */
function headerWarning(read: string, { use }: GuardScope): Omit<Warning, 'path'> | undefined {
  const [, place, name] = HEADER.exec(read) ?? []
  if (place === undefined || name === undefined) return undefined
  const lower = name.toLowerCase()
  const isMasked = use === 'condition' && place !== 'headers' && CREDENTIAL_HEADERS.has(lower)
  if (!isMasked && lower === name) return undefined
  const meant = `${isMasked ? 'headers' : place}.${lower}`
  return {
    message: isMasked
      ? `"${excerpt(read)}" is masked: it is "******" whatever was sent; did you mean "${meant}"?`
      : `"${excerpt(read)}" is always null: names of headers are in lower case; did you mean "${excerpt(meant)}"?`,
    expected: `"${excerpt(meant)}"`,
    suggestion: meant,
  }
}
