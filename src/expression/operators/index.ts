import type { Operator } from '../node.ts'
import { cat } from './cat.ts'
import { coalesce } from './coalesce.ts'
import { greaterOrEqual, greaterThan, lessOrEqual, lessThan } from './comparison.ts'
import { dateDiff } from './date-diff.ts'
import { formatDateOperator, parseDateOperator } from './date-text.ts'
import { datetime, now, timestamp } from './datetime.ts'
import { divide } from './divide.ts'
import { equal, notEqual, strictEqual, strictNotEqual } from './equality.ts'
import { exists } from './exists.ts'
import { max, min } from './extreme.ts'
import { filter } from './filter.ts'
import { fractional } from './fractional.ts'
import { conditional } from './if.ts'
import { within } from './in.ts'
import { length } from './length.ts'
import { and, not, or, truth } from './logic.ts'
import { map } from './map.ts'
import { merge } from './merge.ts'
import { minus } from './minus.ts'
import { missing, missingSome } from './missing.ts'
import { plus } from './plus.ts'
import { all, none, some } from './quantifier.ts'
import { reduce } from './reduce.ts'
import { remainder } from './remainder.ts'
import { abs, ceil, floor } from './rounding.ts'
import { semVer } from './sem-ver.ts'
import { slice } from './slice.ts'
import { sort } from './sort.ts'
import { split } from './split.ts'
import { substr } from './substr.ts'
import { choose } from './switch.ts'
import { endsWith, lower, startsWith, trim, upper } from './text.ts'
import { raise } from './throw.ts'
import { times } from './times.ts'
import { attempt } from './try.ts'
import { type } from './type.ts'
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
  coalesce,
  choose,
  plus,
  minus,
  times,
  divide,
  remainder,
  max,
  min,
  abs,
  ceil,
  floor,
  cat,
  substr,
  within,
  length,
  startsWith,
  endsWith,
  upper,
  lower,
  trim,
  split,
  merge,
  sort,
  slice,
  map,
  filter,
  reduce,
  all,
  some,
  none,
  attempt,
  raise,
  type,
  datetime,
  timestamp,
  now,
  parseDateOperator,
  formatDateOperator,
  dateDiff,
  fractional,
  semVer,
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
