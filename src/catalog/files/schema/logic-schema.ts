import { families } from '../../../expression/operators/families.ts'
import { isObject, type Json, type JsonObject } from '../../../std/json.ts'
import { LOGIC } from './plain-schema.ts'

/** Operators are offered wherever an expression may be; any other value is one, too. */
export function logicSchema(): JsonObject {
  const operators = families.flatMap(family => family.operators)
  const named = operators.flatMap(({ name, aliases = [], summary, example }) =>
    [name, ...aliases].map(each => [
      each,
      { ...LOGIC, description: summary, examples: [operandsOf(example.rule)] },
    ]),
  )
  return {
    description: 'JSONLogic',
    properties: Object.fromEntries(named),
    additionalProperties: LOGIC,
    items: LOGIC,
  }
}

function operandsOf(rule: Json): Json {
  return (isObject(rule) ? Object.values(rule)[0] : undefined) ?? null
}
