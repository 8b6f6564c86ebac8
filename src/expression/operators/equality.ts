import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import type { Meter } from '../meter.ts'
import { type Builder, type CallNode, isLiteral, type Operator } from '../node.ts'
import { looseEquals, strictEquals } from '../values/equality.ts'
import { mayBeTime } from '../values/time.ts'
import { failing } from './comparison.ts'

type Equals = (a: Json, b: Json, meter: Meter) => boolean

export const equal = equality(
  '==',
  'Whether the first argument equals each other one after conversion.',
  looseEquals,
  true,
)
export const notEqual = equality('!=', 'Whether two values differ after conversion.', looseEquals, false)
export const strictEqual = equality(
  '===',
  'Whether the first argument equals each other one in type and value.',
  strictEquals,
  true,
)
export const strictNotEqual = equality(
  '!==',
  'Whether two values differ in type or value.',
  strictEquals,
  false,
)

function equality(name: string, summary: string, equals: Equals, wanted: boolean): Operator {
  return {
    name,
    summary,
    args: wanted ? { '...values': 'Two or more values' } : { left: 'A value', right: 'A value' },
    example: { rule: { [name]: [{ var: 'tier' }, 'gold'] }, data: { tier: 'gold' }, result: wanted },
    foldable: true,
    boolean: true,
    build: (call, builder) => buildEquality(call, builder, equals, wanted),
  }
}

function buildEquality(call: CallNode, builder: Builder, equals: Equals, wanted: boolean): Evaluate {
  const [first, second] = call.args
  if (first === undefined || second === undefined) return failing()
  const { meter } = builder
  const left = builder.build(first)
  const right = builder.build(second)
  if (wanted && call.args.length > 2) return buildEach(call, builder, equals)
  if (isLiteral(second)) return againstLiteral(left, second.value, equals, wanted, meter)
  if (isLiteral(first)) return againstLiteral(right, first.value, equals, wanted, meter)
  return (data, frame) => equals(left(data, frame), right(data, frame), meter) === wanted
}

/** A number, or a text that means no time, equals only the same value of its type. */
function againstLiteral(run: Evaluate, value: Json, equals: Equals, wanted: boolean, meter: Meter): Evaluate {
  if (typeof value === 'number') return againstNumber(run, value, equals, wanted, meter)
  if (typeof value === 'string' && !mayBeTime(value)) return againstText(run, value, equals, wanted, meter)
  return (data, frame) => equals(run(data, frame), value, meter) === wanted
}

function againstNumber(
  run: Evaluate,
  value: number,
  equals: Equals,
  wanted: boolean,
  meter: Meter,
): Evaluate {
  return (data, frame) => {
    const other = run(data, frame)
    return (typeof other === 'number' ? other === value : equals(other, value, meter)) === wanted
  }
}

function againstText(run: Evaluate, value: string, equals: Equals, wanted: boolean, meter: Meter): Evaluate {
  return (data, frame) => {
    const other = run(data, frame)
    return (typeof other === 'string' ? other === value : equals(other, value, meter)) === wanted
  }
}

/** The first against every other one, until one differs. */
function buildEach(call: CallNode, builder: Builder, equals: Equals): Evaluate {
  const { meter } = builder
  const [first = failing(), ...others] = call.args.map(arg => builder.build(arg))
  return (data, frame) => {
    const value = first(data, frame)
    for (const other of others) {
      if (!equals(value, other(data, frame), meter)) return false
    }
    return true
  }
}
