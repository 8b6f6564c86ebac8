import type { JsonObject } from '../../../std/json.ts'
import { Case } from '../../../workflow/cases/definition.ts'
import { DIALECT, ifThen } from './file-schema.ts'
import { plainSchema } from './plain-schema.ts'

/** A file holds one case, or an array of them. */
export function caseSchema(): JsonObject {
  const { examples, ...schema } = plainSchema(Case)
  const one = { $ref: '#/$defs/case' }
  return {
    $schema: DIALECT,
    title: 'Cases of Orion',
    ...ifThen({ type: 'array' }, { items: one }, one),
    ...(Array.isArray(examples) && { examples }),
    $defs: { case: schema },
  }
}
