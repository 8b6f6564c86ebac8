import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import { notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { type Builder, isLiteral, type Node } from '../node.ts'
import { isInteger, LARGEST, toNumber } from '../values/number.ts'

/** How numbers in a row are combined. */
export interface Arithmetic {
  readonly numbers: (a: number, b: number) => number
  /** For `/` and `%`: a zero ends the row, whatever follows it. */
  readonly divides: boolean
}

/** More than two operands, from the left; dates and durations are no numbers here. */
export function buildMany(args: readonly Node[], builder: Builder, code: Arithmetic): Evaluate {
  const { meter } = builder
  const [first = () => null, ...rest] = args.map(arg => builder.build(arg))
  return (data, frame) => {
    const head = first(data, frame)
    let result = toNumber(head, meter)
    let exact = typeof head === 'number'
    for (const run of rest) {
      const value = run(data, frame)
      const operand = toNumber(value, meter)
      exact &&= typeof value === 'number'
      if (operand === 0 && code.divides) return zeroDivision(result, exact)
      result = code.numbers(result, operand)
    }
    return result
  }
}

/** The items of a computed array, as operands; one alone is the result. */
export function foldItems(items: readonly Json[], code: Arithmetic, meter: Meter): number {
  meter.charge(items.length)
  const [head = null] = items
  let result = toNumber(head, meter)
  let exact = typeof head === 'number'
  for (let index = 1; index < items.length; index++) {
    const value = items[index] ?? null
    const operand = toNumber(value, meter)
    exact &&= typeof value === 'number'
    if (operand === 0 && code.divides) return zeroDivision(result, exact)
    result = code.numbers(result, operand)
  }
  return result
}

/** Whether an only argument is computed. `+` and `*` take no array that is written in the rule as a list of operands. */
export function isComputed(node: Node): boolean {
  return !isLiteral(node) && node.kind !== 'array'
}

/** An integer divided by an integer zero has no result; any other zero gives the largest number with the dividend's sign. */
export function zeroDivision(dividend: number, exact: boolean): number {
  if (exact && isInteger(dividend)) throw notANumber()
  return dividend > 0 ? LARGEST : dividend < 0 ? -LARGEST : 0
}
