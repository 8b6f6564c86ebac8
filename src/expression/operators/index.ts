import type { Operator } from '../node.ts'
import { cat } from './cat.ts'
import { greaterOrEqual, greaterThan, lessOrEqual, lessThan } from './comparison.ts'
import { divide } from './divide.ts'
import { equal, notEqual, strictEqual, strictNotEqual } from './equality.ts'
import { exists } from './exists.ts'
import { max, min } from './extreme.ts'
import { filter } from './filter.ts'
import { conditional } from './if.ts'
import { within } from './in.ts'
import { and, not, or, truth } from './logic.ts'
import { map } from './map.ts'
import { merge } from './merge.ts'
import { minus } from './minus.ts'
import { missing, missingSome } from './missing.ts'
import { plus } from './plus.ts'
import { all, none, some } from './quantifier.ts'
import { reduce } from './reduce.ts'
import { remainder } from './remainder.ts'
import { substr } from './substr.ts'
import { raise } from './throw.ts'
import { times } from './times.ts'
import { attempt } from './try.ts'
import { value, variable } from './variable.ts'

/** Every operator, in the order of the docs. */
export const operators: readonly Operator[] = [
  variable,
  value,
  exists,
  missing,
  missingSome,
  equal,
  strictEqual,
  notEqual,
  strictNotEqual,
  greaterThan,
  greaterOrEqual,
  lessThan,
  lessOrEqual,
  not,
  truth,
  and,
  or,
  conditional,
  plus,
  minus,
  times,
  divide,
  remainder,
  max,
  min,
  cat,
  substr,
  within,
  merge,
  map,
  filter,
  reduce,
  all,
  some,
  none,
  attempt,
  raise,
]

/** By name and alias. */
export const operatorsByName: ReadonlyMap<string, Operator> = new Map(
  operators.flatMap(operator =>
    [operator.name, ...(operator.aliases ?? [])].map(name => [name, operator] as const),
  ),
)

/** Names and aliases, for lint and suggestions. */
export function operatorNames(): string[] {
  return [...operatorsByName.keys()]
}
