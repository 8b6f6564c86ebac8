import { isReference } from '../config/reference.ts'
import { MaskKeeper, maskMembers, type SecretPlaces } from '../connector/secret-places.ts'
import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'

/** What of `auth` is no secret; everything else in it is, known or not. */
const OPEN_IN_AUTH = [
  'mode',
  'header',
  'scheme',
  'signature_prefix',
  'tolerance_secs',
  'algorithms',
  'issuer',
  'audience',
  'jwks_url',
  'jwks_allow_private',
  'leeway_secs',
  'require_exp',
  'required',
  'authorization_logic',
  'claims_to_metadata',
]
const OPEN_IN_JWT_KEY = ['algorithm', 'kid']

/** `list` and `ring` are those of `keys` and `jwt_keys`, `entry` is a key of `jwt_keys`. */
type Place = 'config' | 'auth' | 'list' | 'ring' | 'entry' | 'open' | 'secret'

const PLACES: SecretPlaces<Place> = {
  member: placeOf,
  item: place => (place === 'list' ? 'secret' : place === 'ring' ? 'entry' : place),
  hides(place, value) {
    // Where a secret is found is none itself.
    if (typeof value === 'string' && isReference(value)) return false
    if (place === 'list' || place === 'ring') return !Array.isArray(value)
    return place === 'secret' || ((place === 'auth' || place === 'entry') && !isObject(value))
  },
  isPlain: place => place === 'open',
  maskText: text => text,
  restoreText: text => text,
  ignoresCase: () => false,
}

function placeOf(name: string, parent: Place, object: JsonObject): Place {
  if (parent === 'config') return name === 'auth' ? 'auth' : 'open'
  if (parent === 'auth') return placeInAuth(name)
  if (OPEN_IN_JWT_KEY.includes(name)) return 'open'
  return name === 'key' && isPublicKey(object) ? 'open' : 'secret'
}

function placeInAuth(name: string): Place {
  if (name === 'keys') return 'list'
  if (name === 'jwt_keys') return 'ring'
  return OPEN_IN_AUTH.includes(name) ? 'open' : 'secret'
}

/** A public key can be read, so that what was exported can be imported; anything that may not be one cannot. */
function isPublicKey(entry: JsonObject): boolean {
  const algorithm = own(entry, 'algorithm')
  const key = own(entry, 'key')
  if (typeof algorithm !== 'string' || !/^(RS|PS|ES|EdDSA)/.test(algorithm)) return false
  return typeof key === 'string' && !/PRIVATE KEY|"[dk]"\s*:/.test(key)
}

/** A channel's configuration as anybody may see it: keys and secrets of `auth` read `******`. */
export function maskChannelConfig(config: JsonObject): JsonObject {
  return maskMembers(config, 'config', PLACES)
}

/**
 * A configuration that was read masked and is sent back, with the stored secrets where it still has `******`. `problems`
 * names each mask that has nothing behind it.
 */
export function keepMaskedChannel(
  config: JsonObject,
  stored: JsonObject | undefined,
): { config: JsonObject; problems: Detail[] } {
  const keeper = new MaskKeeper(PLACES)
  return { config: keeper.members(config, stored, 'config', 'config'), problems: keeper.problems }
}

const IN_AUTH = /^config\.auth(?![^.[])/
const OPEN_PATH = new RegExp(
  `^config\\.auth\\.(?:(?:${OPEN_IN_AUTH.join('|')})|jwt_keys\\[\\d+\\]\\.(?:${OPEN_IN_JWT_KEY.join('|')}))(?![^.[])`,
)

/** Answers are logged and shown: a detail never repeats what masking would hide. */
export function withoutSecret(detail: Detail): Detail {
  if (!IN_AUTH.test(detail.path) || OPEN_PATH.test(detail.path)) return detail
  const { got: _, ...rest } = detail
  return rest
}

/** How a field of a channel may be seen by others. */
export function shownField(field: string, value: Json): Json {
  return field === 'config' && isObject(value) ? maskChannelConfig(value) : value
}
