import { isReference } from '../config/reference.ts'
import type { JsonObject } from '../std/json.ts'
import { PLACES } from './masking.ts'
import { maskMembers, type SecretPlaces } from './secret-places.ts'
import { maskText } from './secret-text.ts'

const NAME = '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}'
/** `${NAME}` or `Bearer ${NAME}`; a default would be a literal. */
const PLACEHOLDER = new RegExp(`^(?:(?:Bearer|Basic|Token) )?${NAME}$`)
/** The same inside a URL: `//user:${NAME}@host` and `?token=${NAME}`. */
const REFERENCED_LOGIN = new RegExp(`//[^/?#@:\\\\]*:${NAME}@`, 'g')
const REFERENCED_PARAMETER = new RegExp(`=${NAME}(?=[&;#]|$)`, 'g')

const EXPORTED: SecretPlaces<Parameters<typeof PLACES.item>[0]> = {
  ...PLACES,
  hides: (place, value) => PLACES.hides(place, value) && !(typeof value === 'string' && isReferenced(value)),
  maskText: text => (isReferenced(text) ? text : maskText(text)),
}

/** A connector's configuration as an export has it: literal secrets read `******`, references to secrets as they are. */
export function exportedConfig(config: JsonObject): JsonObject {
  return maskMembers(config, 'open', EXPORTED)
}

/** True when every secret in a text is a reference, and there is one. */
function isReferenced(text: string): boolean {
  if (isReference(text) || PLACEHOLDER.test(text)) return true
  const rest = text.replaceAll(REFERENCED_LOGIN, '//').replaceAll(REFERENCED_PARAMETER, '=')
  return rest !== text && /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && maskText(rest) === rest
}
