import { excerpt } from '../../../std/excerpt.ts'
import { nearestName } from '../../../std/nearest-name.ts'
import { guardedBy } from '../example-channel.ts'
import type { ChannelRule } from '../subject.ts'

export const unknownGuardRoot: ChannelRule = {
  name: 'unknown-guard-root',
  summary:
    'The logic of a guard reads something that it cannot see; the read gives null. `validation_logic` sees data, ' +
    'metadata, headers, query, params and path; the key of a cache data, metadata, headers, query, params, method and ' +
    'path; that of a rate limit client_ip, channel, method, path, headers, query, params and data; that of ' +
    '`principal_rate_limit` the same without data, and auth and claims; `rollout_key` all of these; ' +
    '`authorization_logic` claims.',
  example: {
    wrong: guardedBy({ validation_logic: { '>': [{ var: 'body.total' }, 0] } }),
    at: 'config.validation_logic.>[0].var',
    right: guardedBy({ validation_logic: { '>': [{ var: 'data.total' }, 0] } }),
  },
  *check({ logic }) {
    for (const { path, scope, analysis } of logic) {
      for (const read of analysis?.reads ?? []) {
        // What `fractional` names is a label, not a place.
        if (read.inBody || read.path === undefined || read.operator === 'fractional') continue
        const [root = ''] = read.path.split('.', 1)
        if (root === '' || scope.roots.includes(root)) continue
        const meant = meantPath(read.path, scope.roots)
        yield {
          path: `${path}.${read.at}`,
          message: `"${excerpt(read.path)}" is always null: "${scope.place}" sees ${scope.roots.join(', ')}; did you mean "${excerpt(meant)}"?`,
          expected: `a path that begins with ${scope.roots.join(', ')}`,
          suggestion: meant,
        }
      }
    }
  },
}

/** What is called otherwise elsewhere: in workflows, in other guards, in other products. */
const OTHER_NAMES: readonly (readonly [from: string, to: string])[] = [
  ['metadata.auth.claims', 'claims'],
  ['metadata.auth', 'auth'],
  ['metadata.headers', 'headers'],
  ['metadata.query', 'query'],
  ['metadata.params', 'params'],
  ['metadata.http_method', 'method'],
  ['http_method', 'method'],
  ['metadata.channel', 'channel'],
  ['auth.claims', 'claims'],
  ['auth', 'metadata.auth'],
  ['claims', 'metadata.auth.claims'],
  ['channel', 'metadata.channel'],
  ['method', 'metadata.http_method'],
  ['body', 'data'],
  ['payload', 'data'],
  ['ip', 'client_ip'],
]

function meantPath(path: string, roots: readonly string[]): string {
  const other = OTHER_NAMES.find(
    ([from, to]) => `${path}.`.startsWith(`${from}.`) && roots.includes(to.split('.', 1)[0] ?? ''),
  )
  if (other !== undefined) return other[1] + path.slice(other[0].length)
  const [root = '', ...rest] = path.split('.')
  const nearest = nearestName(root, roots)
  if (nearest !== undefined) return [nearest, ...rest].join('.')
  const below = ['data', 'claims'].find(name => roots.includes(name)) ?? 'headers'
  return `${below}.${path}`
}
