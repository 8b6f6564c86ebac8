import { type Detail, validationError } from '../../errors.ts'
import { isObject, type Json, own } from '../../std/json.ts'

/** Definitions that one import takes: they are written in one transaction, which nothing else can enter meanwhile. */
const MAX_ITEMS = 10_000

/** What a body holds: a list, or what an export answers. Throws VALIDATION_ERROR. */
export function importItems(body: unknown): readonly Json[] {
  const items: unknown = isObject(body) ? own(body, 'data') : body
  if (!Array.isArray(items)) throw validationError([notAList(body)])
  if (items.length <= MAX_ITEMS) return items
  const message = `The body holds ${items.length} definitions; an import takes at most ${MAX_ITEMS}, so send them in parts`
  throw validationError([
    {
      path: isObject(body) ? 'data' : '',
      code: 'TOO_LONG',
      message,
      expected: `at most ${MAX_ITEMS} definitions`,
    },
  ])
}

function notAList(body: unknown): Detail {
  const expected = 'an array of definitions, or {"data": [...]} as an export answers'
  if (!isObject(body)) {
    return { path: '', code: 'TYPE_MISMATCH', message: 'The body must be an array of definitions', expected }
  }
  const given = own(body, 'data')
  if (given === undefined) {
    const message = 'The body must be an array of definitions; an object needs it under "data"'
    return { path: 'data', code: 'REQUIRED', message, expected }
  }
  return { path: 'data', code: 'TYPE_MISMATCH', message: 'data must be an array of definitions', expected }
}
