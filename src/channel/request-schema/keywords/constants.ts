import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { nearestName } from '../../../std/nearest-name.ts'
import { choices, glimpse, spelled } from '../glimpse.ts'
import type { Report } from '../report.ts'
import type { Build, Rule } from '../rule.ts'
import { ValueTable } from '../value-table.ts'

/** Texts that a wrong one is compared with, and how long it may be; more would take long. */
const MAX_COMPARED = 200

/** `enum`. */
export function enumeration(schema: JsonObject, build: Build): Rule | undefined {
  const values = own(schema, 'enum')
  return Array.isArray(values) ? oneOf(values, build) : undefined
}

/** `const`. */
export function constant(schema: JsonObject, build: Build): Rule | undefined {
  const value = own(schema, 'const')
  return value === undefined ? undefined : oneOf([value], build)
}

function oneOf(values: readonly Json[], { evaluation }: Build): Rule {
  evaluation.restart()
  const table = new ValueTable(evaluation)
  for (const [index, value] of values.entries()) table.claim(value, index)
  return {
    test: value => table.get(value) !== undefined,
    explain: (value, path, report) => explain(values, value, path, report),
  }
}

function explain(values: readonly Json[], value: Json, path: string, report: Report): void {
  const expected = values.length === 0 ? 'nothing: no value is allowed' : choices(values.map(spelled))
  const texts = values.filter(choice => typeof choice === 'string').slice(0, MAX_COMPARED)
  const isComparable = typeof value === 'string' && value.length <= MAX_COMPARED
  const suggestion = isComparable ? nearestName(value, texts) : undefined
  const hint = suggestion === undefined ? '' : `; did you mean ${spelled(suggestion)}?`
  report.add({
    path,
    code: 'INVALID_ENUM',
    message: `must be ${expected}${hint}`,
    expected,
    got: glimpse(value),
    ...(suggestion !== undefined && { suggestion }),
  })
}
