import { excerpt } from '../std/excerpt.ts'
import type { JsonObject } from '../std/json.ts'
import { didYouMean } from '../std/nearest-name.ts'
import type { LintRule } from './finding.ts'

interface Definition {
  readonly document: JsonObject
  /** Fields that a definition of this kind has, or that an export of it has. */
  readonly known: readonly string[]
}

export const unknownField: LintRule<Definition> = {
  name: 'unknown-field',
  summary:
    'A field of the definition itself is not known. Such fields are left out when it is stored, so that exports can ' +
    'be imported again; `$schema` is for editors.',
  example: {
    wrong: {
      priorty: 5,
      tasks: [{ function: { name: 'log', input: { message: 'in' } } }],
    },
    at: 'priorty',
    right: {
      priority: 5,
      tasks: [{ function: { name: 'log', input: { message: 'in' } } }],
    },
  },
  *check({ document, known }) {
    for (const field of Object.keys(document)) {
      if (field === '$schema' || known.includes(field)) continue
      const longer = known.find(name => name.endsWith(`_${field}`))
      const { hint, field: suggestion } = longer === undefined ? didYouMean(field, known) : meaning(longer)
      yield {
        path: field,
        message: `"${excerpt(field)}" is not a known field and is not stored${hint}`,
        expected: `one of ${known.join(', ')}`,
        ...suggestion,
      }
    }
  },
}

/** `id` instead of `workflow_id`. */
function meaning(name: string): ReturnType<typeof didYouMean> {
  return { hint: `; did you mean "${name}"?`, field: { suggestion: name } }
}
