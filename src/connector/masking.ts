import { isPlaceholder, isReference } from '../config/reference.ts'
import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { MaskKeeper, maskMembers, type SecretPlaces } from './secret-places.ts'
import { isSecretName, maskText, restoreText } from './secret-text.ts'

/** What of `auth` is no secret; everything else in it is. */
const OPEN_IN_AUTH = new Set([
  'type',
  'username',
  'header',
  'client_id',
  'token_url',
  'scope',
  'scopes',
  'audience',
])

type Place = 'open' | 'headers' | 'auth' | 'secret'

export const PLACES: SecretPlaces<Place> = {
  member: placeOf,
  item: place => place,
  hides: (place, value) =>
    (place === 'secret' || (place !== 'open' && !isObject(value))) && !isLookedUp(value),
  isPlain: () => false,
  maskText: text => (isLookedUp(text) ? text : maskText(text)),
  restoreText,
  ignoresCase: place => place === 'headers',
}

/** Where a secret is found is none itself. */
function isLookedUp(value: Json): boolean {
  return typeof value === 'string' && (isReference(value) || isPlaceholder(value))
}

/**
 * A connector's configuration as anybody may see it: every value of `headers`, everything secret in `auth`, everything
 * under a name that tells of a secret, and the user, password and secret parameters inside any URL read `******`.
 */
export function maskConfig(config: JsonObject): JsonObject {
  return maskMembers(config, 'open', PLACES)
}

/**
 * A configuration that was read masked and is sent back, with the stored secrets where it still has `******`. `problems`
 * names each mask that has nothing behind it.
 */
export function keepMasked(
  config: JsonObject,
  stored: JsonObject | undefined,
): { config: JsonObject; problems: Detail[] } {
  const keeper = new MaskKeeper(PLACES)
  return { config: keeper.members(config, stored, 'open', 'config'), problems: keeper.problems }
}

/** True when masking would hide most texts at these names, outermost first. */
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
