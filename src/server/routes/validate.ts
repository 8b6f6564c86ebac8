import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import type { Finding } from '../../versioning/finding.ts'
import { adminErrors } from '../answers.ts'
import { type Route, route } from '../route.ts'

const Entry = Type.Object({
  field: Type.String({ description: 'The field as clients of Orion know it; `(root)` is the whole body' }),
  message: Type.String(),
  rule: Type.String({ description: 'Stable name of the rule, as docs/lint.md lists it' }),
  code: Type.String({ description: 'The same as a code; of an error, the code of the refusal' }),
  path: Type.String({ description: 'The exact place, dotted from the root of the body' }),
  expected: Type.Optional(Type.String({ description: 'What would be right' })),
  suggestion: Type.Optional(Type.String({ description: 'The name that was probably meant' })),
  other: Type.Optional(
    Type.Object(
      { kind: Type.String({ description: '`workflow`, `channel` or `connector`' }), id: Type.String() },
      { description: 'Who is in the way; a connector by its name' },
    ),
  ),
})
type Entry = Static<typeof Entry>

/** What the routes that validate answer (contract 3.13), with the words of lint beside it. */
export const Validation = Type.Object(
  {
    valid: Type.Boolean({ description: 'Whether there is no error: the definition could be created' }),
    errors: Type.Array(Entry, { description: 'What it would be refused for' }),
    warnings: Type.Array(Entry, {
      description: 'What would be accepted and do something else than it seems to',
    }),
  },
  { description: 'What lint says of a definition' },
)
type Validation = Static<typeof Validation>

interface Validated {
  readonly noun: 'workflow' | 'channel' | 'connector'
  readonly tag: string
  /** Schema of the body that would be created. */
  readonly body: TSchema
  readonly lint: Catalog['lintWorkflow']
}

export function validateRoute({ noun, tag, body: schema, lint }: Validated): Route {
  return route({
    method: 'POST',
    path: `/api/v1/admin/${noun}s/validate`,
    operationId: `validate_${noun}`,
    tag,
    summary: `Check a ${noun} without storing it`,
    description: `Answers 200 for every body that is JSON; \`valid\` tells whether the ${noun} could be created.`,
    body: schema,
    answers: { 200: { description: 'What was found', schema: Validation } },
    errors: adminErrors.validate,
    run: async ({ body }) => ({ status: 200, body: validationOf(await lint(body)) }),
  })
}

/** Findings in the words of the contract. */
export function validationOf(findings: readonly Finding[]): Validation {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  return {
    valid: errors.length === 0,
    errors: errors.map(entryOf),
    // The reference only warns of a function that it does not know; this server also refuses it.
    warnings: [...errors.filter(({ code }) => code === 'UNKNOWN_FUNCTION'), ...warnings].map(entryOf),
  }
}

function entryOf({ severity: _, ...finding }: Finding): Entry {
  const { path, code, message } = finding
  if (code === 'DUPLICATE' && path.startsWith('tasks[')) return { field: 'tasks', ...finding }
  const field = path === '' ? '(root)' : path
  if (code === 'REQUIRED' && path === 'name') return { field, ...finding, message: 'Name cannot be empty' }
  // The nearest name has a field of its own.
  if (code === 'UNKNOWN_FUNCTION')
    return { field, ...finding, message: message.replace(/; did you mean .*$/s, '') }
  return { field, ...finding }
}
