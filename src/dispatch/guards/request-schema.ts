import { compileRequestSchema } from '../../channel/request-schema/compile-schema.ts'
import { validationError } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import type { ValidationGuard } from './guards.ts'

/** `request_schema`: the shape that `data` has to have. Throws VALIDATION_ERROR for a schema that cannot be used. */
export function openRequestSchema(schema: Json): ValidationGuard {
  const { violations } = compileRequestSchema(schema, 'config.request_schema')
  return {
    check({ data }) {
      const found = violations(data, 'data')
      if (found.length > 0) throw validationError(found)
    },
  }
}
