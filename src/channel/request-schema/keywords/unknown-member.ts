import type { Detail } from '../../../errors.ts'
import { nearestName } from '../../../std/nearest-name.ts'
import { choices, spelled } from '../glimpse.ts'
import { memberPath } from '../paths.ts'

/** Names that an unknown one is compared with, and how long it may be; more would take long. */
const MAX_COMPARED = 200

/** A property that the schema does not know. `path` is the place of the object. */
export function unknownMember(name: string, path: string, known: Iterable<string>): Detail {
  const names = [...known].slice(0, MAX_COMPARED)
  const suggestion = name.length <= MAX_COMPARED ? nearestName(name, names) : undefined
  const hint = suggestion === undefined ? '' : `; did you mean ${spelled(suggestion)}?`
  return {
    path: memberPath(path, name),
    code: 'UNKNOWN_KEY',
    message: `${spelled(name)} is not a known property${hint}`,
    ...(names.length > 0 && { expected: choices(names) }),
    ...(suggestion !== undefined && { suggestion }),
  }
}
