import { readReference } from '../config/reference.ts'
import { isObject, type Json } from '../std/json.ts'

/** Names of the secrets that the references in a value name. */
export function namedSecrets(value: Json, names = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string') {
    const reference = readReference(value)
    if (reference !== undefined && !('problem' in reference) && reference.scheme === 'secret') {
      names.add(reference.name)
    }
  } else if (Array.isArray(value)) {
    for (const item of value) namedSecrets(item, names)
  } else if (isObject(value)) {
    for (const member of Object.values(value)) namedSecrets(member, names)
  }
  return names
}
