import { configProblems } from '../channel/config.ts'
import { connectorProblems } from '../connector/check.ts'
import type { Connector } from '../connector/definition.ts'
import type { Resolved } from '../connector/live/connector-runtime.ts'
import type { Detail } from '../errors.ts'
import type { Limits } from '../expression/expression.ts'
import type { OpenSecrets } from '../secrets/open-secrets.ts'
import { type ResolvedPlace, resolveReferences, type Unresolved } from '../secrets/resolve.ts'
import { isObject, type JsonObject, own } from '../std/json.ts'

/** A connector with what its references stand for, which has to fit as if it had been written there. */
export function resolveConnector(connector: Connector, { sources }: Pick<OpenSecrets, 'sources'>): Resolved {
  const { connector_type, name } = connector
  const options = { path: 'config', placeholders: true }
  const { value, places, problems } = resolveReferences(connector.config, options, sources)
  const [first] = problems
  if (first !== undefined) return { stage: first.stage, reason: reasonOf(problems) }
  if (places.length === 0) return { config: connector.config }
  const found = connectorProblems({ name, connector_type, config: value })
  return found.length === 0 ? { config: value } : { stage: 'deserialize', reason: misfit(found, places) }
}

/** A channel's configuration with what the references of its `auth` stand for. */
export function resolveChannelConfig(
  config: JsonObject,
  { sources }: Pick<OpenSecrets, 'sources'>,
  limits: Limits,
): { readonly config: JsonObject } | { readonly reason: string } {
  const auth = own(config, 'auth')
  if (!isObject(auth)) return { config }
  const options = { path: 'config.auth', placeholders: false, except: EXPRESSIONS }
  const { value, places, problems } = resolveReferences(auth, options, sources)
  if (problems.length > 0) return { reason: reasonOf(problems) }
  if (places.length === 0) return { config }
  const resolved = { ...config, auth: value }
  const found = configProblems(resolved, limits)
  return found.length === 0 ? { config: resolved } : { reason: misfit(found, places) }
}

const EXPRESSIONS = ['authorization_logic']

function reasonOf(problems: readonly Unresolved[]): string {
  const [first, ...more] = problems.map(({ message }) => message)
  return `${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
}

/** What was looked up does not fit. What is wrong with it may quote it, so only the reference is named. */
function misfit(found: readonly Detail[], places: readonly ResolvedPlace[]): string {
  for (const { path, expected } of found) {
    const place = places.find(one => one.path === path)
    if (place === undefined) continue
    const right = expected === undefined ? '' : `; expected ${expected}`
    return `${path}: what ${place.reference} stands for does not fit${right}`
  }
  const all = places.map(({ path, reference }) => `${reference} at ${path}`).join(', ')
  return `config: does not fit once its references are looked up: ${all}`
}
