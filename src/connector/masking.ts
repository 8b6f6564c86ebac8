import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { isSecretName, MASK, maskText, restoreText } from './secret-text.ts'

/** What of `auth` is no secret; everything else in it is. */
const OPEN_IN_AUTH = new Set(['type', 'username', 'header', 'client_id', 'token_url', 'scope', 'scopes'])

/** What the position of a value says about it. */
type Place = 'open' | 'headers' | 'auth' | 'secret'

/**
 * A connector's configuration as anybody may see it: every value of `headers`, everything secret in `auth`, everything
 * under a name that tells of a secret, and the user, password and secret parameters inside any URL read `******`.
 */
export function maskConfig(config: JsonObject): JsonObject {
  return maskMembers(config, 'open')
}

/**
 * A configuration that was read masked and is sent back, with the stored secrets where it still has `******`. `problems`
 * names each mask that has nothing behind it.
 */
export function keepMasked(
  config: JsonObject,
  stored: JsonObject | undefined,
): { config: JsonObject; problems: Detail[] } {
  const problems: Detail[] = []
  const kept = keepMembers(config, stored, 'open', { path: 'config', problems })
  return { config: kept, problems }
}

/** True when masking would hide a text at these names, outermost first. */
export function isSecretPlace(names: readonly string[]): boolean {
  let place: Place = 'open'
  for (const name of names) place = placeOf(name, place)
  return place !== 'open'
}

function placeOf(name: string, parent: Place): Place {
  if (parent === 'secret' || parent === 'headers') return 'secret'
  if (parent === 'auth') return OPEN_IN_AUTH.has(name) ? 'open' : 'secret'
  const lower = name.toLowerCase()
  if (lower === 'headers' || lower === 'auth') return lower
  return isSecretName(name) ? 'secret' : 'open'
}

function maskValue(value: Json, place: Place): Json {
  if (place === 'secret') return MASK
  if (isObject(value)) return maskMembers(value, place)
  if (place !== 'open') return MASK
  if (Array.isArray(value)) return value.map(item => maskValue(item, 'open'))
  return typeof value === 'string' ? maskText(value) : value
}

function maskMembers(object: JsonObject, place: Place): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, maskValue(value, placeOf(name, place))]),
  )
}

interface Finding {
  readonly path: string
  readonly problems: Detail[]
}

function keepValue(value: Json, stored: Json | undefined, place: Place, finding: Finding): Json {
  if (value === MASK) {
    if (stored !== undefined && maskValue(stored, place) === MASK) return stored
    return nothingStored(value, finding)
  }
  if (typeof value === 'string') {
    const text = restoreText(value, typeof stored === 'string' ? stored : undefined)
    return text ?? nothingStored(value, finding)
  }
  if (Array.isArray(value)) return keepItems(value, Array.isArray(stored) ? stored : [], place, finding)
  if (isObject(value)) return keepMembers(value, isObject(stored) ? stored : undefined, place, finding)
  return value
}

/** An item is kept from the stored one that reads the same when masked, else from the one in its position. */
function keepItems(items: readonly Json[], stored: readonly Json[], place: Place, finding: Finding): Json[] {
  const reads = stored.map(item => JSON.stringify(maskValue(item, place)))
  return items.map((item, at) => {
    const text = JSON.stringify(item)
    const same = reads[at] === text ? at : reads.indexOf(text)
    const path = `${finding.path}[${at}]`
    return keepValue(item, stored[same < 0 ? at : same], place, { ...finding, path })
  })
}

function keepMembers(
  object: JsonObject,
  stored: JsonObject | undefined,
  place: Place,
  finding: Finding,
): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const path = `${finding.path}.${name}`
      const before = stored && storedMember(stored, name, place)
      return [name, keepValue(value, before, placeOf(name, place), { ...finding, path })]
    }),
  )
}

/** Names of headers are the same in upper and lower case. */
function storedMember(stored: JsonObject, name: string, place: Place): Json | undefined {
  if (Object.hasOwn(stored, name)) return stored[name]
  if (place !== 'headers') return undefined
  const lower = name.toLowerCase()
  return Object.entries(stored).find(([other]) => other.toLowerCase() === lower)?.[1]
}

function nothingStored(value: Json, { path, problems }: Finding): Json {
  problems.push({
    path,
    code: 'INVALID_FORMAT',
    message: `${path} is masked (${MASK}), and no secret is stored there to keep; send the secret itself`,
    expected: 'the secret itself',
  })
  return value
}
