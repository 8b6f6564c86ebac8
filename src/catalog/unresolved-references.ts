import { resolveReferences, type SecretSources } from '../secrets/resolve.ts'
import { isObject, own } from '../std/json.ts'
import type { Finding } from '../versioning/finding.ts'

/** References of a channel that lead nowhere on this server; written ones that lead nowhere anywhere are errors. */
export function unresolvedReferences(body: unknown, sources: SecretSources): Finding[] {
  const config = isObject(body) ? own(body, 'config') : undefined
  const auth = isObject(config) ? own(config, 'auth') : undefined
  if (!isObject(auth)) return []
  const options = { path: 'config.auth', placeholders: false, except: ['authorization_logic'] }
  const { problems, places } = resolveReferences(auth, options, sources)
  const written = new Set(places.filter(({ reference }) => reference !== '').map(({ path }) => path))
  return problems
    .filter(({ path }) => written.has(path))
    .map(({ path, message }) => ({
      severity: 'warning',
      rule: 'unresolved-reference',
      code: 'UNRESOLVED_REFERENCE',
      path,
      message: message.replace(`${path}: `, ''),
      expected: 'a reference that leads to a value on the server where the channel is activated',
    }))
}
