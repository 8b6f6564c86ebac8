import type { JsonObject } from '../../../std/json.ts'
import { own } from '../../../std/json.ts'
import type { Build, Rule } from '../rule.ts'
import { allOf, anyOf, condition, dependentSchemas, not, oneOf } from './combinations.ts'
import { constant, enumeration } from './constants.ts'
import { contains } from './contains.ts'
import { items, uniqueItems } from './items.ts'
import { bounds, multiples } from './numbers.ts'
import { patterns } from './patterns.ts'
import { properties } from './properties.ts'
import { dependentRequired, propertyNames, required } from './required.ts'
import { itemCounts, lengths, memberCounts } from './sizes.ts'
import { types } from './types.ts'
import { unevaluatedItems, unevaluatedProperties } from './unevaluated.ts'

type Keyword = (schema: JsonObject, build: Build) => Rule | Rule[] | undefined

/** What costs little and fails often stands first. */
const KEYWORDS: readonly Keyword[] = [
  types,
  enumeration,
  constant,
  bounds,
  multiples,
  lengths,
  itemCounts,
  memberCounts,
  patterns,
  required,
  dependentRequired,
  propertyNames,
  references,
  allOf,
  properties,
  items,
  contains,
  uniqueItems,
  dependentSchemas,
  condition,
  anyOf,
  oneOf,
  not,
]

/** The rules of a schema, in the order in which they are applied. */
export function rulesOf(schema: JsonObject, build: Build): Rule[] {
  const rules = KEYWORDS.flatMap(keyword => keyword(schema, build) ?? [])
  const evaluated = [...rules]
  for (const keyword of [unevaluatedProperties, unevaluatedItems]) {
    const rule = keyword(schema, build, evaluated)
    if (rule !== undefined) rules.push(rule)
  }
  return rules
}

/** `$ref` and `$dynamicRef`: the rule is the schema that they lead to. */
function references(schema: JsonObject, build: Build): Rule[] {
  return (['$ref', '$dynamicRef'] as const)
    .filter(keyword => own(schema, keyword) !== undefined)
    .map(keyword => build.reference(keyword))
}
