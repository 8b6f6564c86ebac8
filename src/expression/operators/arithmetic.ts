import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import { notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { type Builder, isLiteral, type Node } from '../node.ts'
import { isInteger, LARGEST, toNumber } from '../values/number.ts'

/** How two operands are combined. */
export interface Arithmetic {
  /** Two numbers. */
  readonly numbers: (a: number, b: number) => number
  /** Two values of which one is no number: texts, truths, null, dates and durations. */
  readonly values: (a: Json, b: Json) => Json
  /** As `values`, when more than two operands stand in a row: dates and durations are no numbers then. */
  readonly coerced: (a: number, b: number) => number
}

/** From the left, one operand after the other. */
export function buildMany(args: readonly Node[], builder: Builder, code: Arithmetic): Evaluate {
  const [first = () => null, ...rest] = args.map(arg => builder.build(arg))
  return (data, frame) => {
    let result = first(data, frame)
    for (const run of rest) result = next(code, result, run(data, frame))
    return toNumber(result)
  }
}

/** The items of a computed array, as operands. */
export function foldItems(items: readonly Json[], code: Arithmetic, meter: Meter): number {
  meter.charge(items.length)
  let result = items[0] ?? null
  for (let index = 1; index < items.length; index++) result = next(code, result, items[index] ?? null)
  return toNumber(result)
}

function next(code: Arithmetic, a: Json, b: Json): number {
  return typeof a === 'number' && typeof b === 'number'
    ? code.numbers(a, b)
    : code.coerced(toNumber(a), toNumber(b))
}

/** Whether an only argument may be a list of operands: an array that is computed, not one that is written in the rule. */
export function isComputed(node: Node): boolean {
  return !isLiteral(node) && node.kind !== 'array'
}

/** An integer divided by an integer zero has no result; any other zero gives the largest number with the dividend's sign. */
export function zeroDivision(dividend: number, exact: boolean): number {
  if (exact && isInteger(dividend)) throw notANumber()
  return dividend > 0 ? LARGEST : dividend < 0 ? -LARGEST : 0
}
