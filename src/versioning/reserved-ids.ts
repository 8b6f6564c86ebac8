import type { Detail } from '../errors.ts'
import type { Json } from '../std/json.ts'

/** Words that stand where an id could stand in a path of the admin API, by kind: such a definition could not be reached. */
const RESERVED_IDS = {
  workflow: ['import', 'export', 'validate'],
  channel: ['import', 'export', 'validate'],
  connector: ['import', 'export', 'validate', 'reload', 'circuit-breakers'],
} as const

/** What is wrong with the id of a new definition that the admin API takes for one of its own words. */
export function reservedIdProblems(
  kind: keyof typeof RESERVED_IDS,
  path: string,
  id: Json | undefined,
): Detail[] {
  const words: readonly string[] = RESERVED_IDS[kind]
  if (typeof id !== 'string' || !words.includes(id)) return []
  const message = `'${id}' cannot be the id of a ${kind}: /api/v1/admin/${kind}s/${id} is an operation of the admin API; choose another id`
  return [{ path, code: 'INVALID_FORMAT', message, expected: `none of ${words.join(', ')}`, got: id }]
}
