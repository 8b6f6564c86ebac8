import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import { invalidArguments, notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { type Builder, type CallNode, isLiteral, type Node } from '../node.ts'
import { isInteger, isNumeric, type Numeric, toNumeric } from '../values/integer.ts'
import { LARGEST } from '../values/number.ts'
import { failing } from './comparison.ts'

/** What differs between `+`, `-`, `*`, `/` and `%`. */
export interface Arithmetic {
  /** Two operands, with a short way for two numbers. */
  readonly pair: (left: Evaluate, right: Evaluate, meter: Meter) => Evaluate
  /** Two numbers of a longer row. */
  readonly numbers: (a: Numeric, b: Numeric) => Numeric
  /** One operand that is no list. */
  readonly alone: (value: Json, meter: Meter) => Json
  /** The result for no operands; undefined where that fails. */
  readonly empty?: number
  /** How many operands an array has to have at least. */
  readonly least?: number
  /** Whether one array that is written in the rule is a list of operands, as a computed one is. */
  readonly writtenLists: boolean
  /** For `/` and `%`: a zero ends a row, whatever follows it. */
  readonly divides: boolean
}

export function buildArithmetic(call: CallNode, builder: Builder, code: Arithmetic): Evaluate {
  const [first, second] = call.args
  const { empty } = code
  if (first === undefined) return empty === undefined ? failing() : () => empty
  const left = builder.build(first)
  if (second === undefined) return buildAlone(left, code.writtenLists || isComputed(first), builder, code)
  if (call.args.length > 2) return buildRow(call.args, builder, code)
  return code.pair(left, builder.build(second), builder.meter)
}

function buildAlone(run: Evaluate, lists: boolean, { meter }: Builder, code: Arithmetic): Evaluate {
  return (data, frame) => {
    const value = run(data, frame)
    return lists && Array.isArray(value) ? foldItems(value, code, meter) : code.alone(value, meter)
  }
}

/** More than two operands, from the left; dates and durations are no numbers here. */
function buildRow(args: readonly Node[], builder: Builder, code: Arithmetic): Evaluate {
  const { meter } = builder
  const runs = args.map(arg => builder.build(arg))
  return (data, frame) => {
    const row = new Row(code, meter)
    for (const run of runs) {
      if (!row.take(run(data, frame))) break
    }
    return row.result
  }
}

/** The items of an array as a row; one alone is the result. */
function foldItems(items: readonly Json[], code: Arithmetic, meter: Meter): Numeric {
  if (items.length === 0) {
    if (code.empty === undefined) throw invalidArguments()
    return code.empty
  }
  if (items.length < (code.least ?? 1)) throw invalidArguments()
  meter.charge(items.length)
  const row = new Row(code, meter)
  for (const item of items) {
    if (!row.take(item)) break
  }
  return row.result
}

/** Operands that are combined as they come. */
class Row {
  result: Numeric = 0
  private exact = true
  private begun = false
  private readonly code: Arithmetic
  private readonly meter: Meter

  constructor(code: Arithmetic, meter: Meter) {
    this.code = code
    this.meter = meter
  }

  /** False when nothing that follows counts. */
  take(value: Json): boolean {
    const operand = toNumeric(value, this.meter)
    this.exact &&= isNumeric(value)
    if (!this.begun) {
      this.begun = true
      this.result = operand
      return true
    }
    const ends = operand === 0 && this.code.divides
    this.result = ends ? zeroDivision(this.result, this.exact) : this.code.numbers(this.result, operand)
    return !ends
  }
}

/** Whether an argument is computed rather than written in the rule. */
export function isComputed(node: Node): boolean {
  return !isLiteral(node) && node.kind !== 'array'
}

/** An integer divided by an integer zero has no result; any other zero gives the largest number with the dividend's sign. */
export function zeroDivision(dividend: Numeric, exact: boolean): number {
  if (exact && isInteger(dividend)) throw notANumber()
  return dividend > 0 ? LARGEST : dividend < 0 ? -LARGEST : 0
}
