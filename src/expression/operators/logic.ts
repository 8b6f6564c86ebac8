import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import { type Builder, type CallNode, isLiteral, literal, type Node, type Operator } from '../node.ts'
import { isTruthy } from '../truth.ts'
import { failing } from './comparison.ts'

export const and: Operator = {
  name: 'and',
  summary: 'The first argument that is false, or the last one.',
  args: { '...values': 'Evaluated from left to right as far as needed' },
  example: {
    rule: { and: [{ var: 'paid' }, { '>': [{ var: 'total' }, 100] }] },
    data: { paid: true, total: 250 },
    result: true,
  },
  foldable: true,
  simplify: call => withoutLiterals(call, false),
  build: (call, builder) => buildUntil(call, builder, false),
}

export const or: Operator = {
  name: 'or',
  summary: 'The first argument that is true, or the last one.',
  args: { '...values': 'Evaluated from left to right as far as needed' },
  example: { rule: { or: [{ var: 'nickname' }, { var: 'name' }] }, data: { name: 'Ada' }, result: 'Ada' },
  foldable: true,
  simplify: call => withoutLiterals(call, true),
  build: (call, builder) => buildUntil(call, builder, true),
}

/**
 * A literal that decides is the result, whatever stands before it; one that does not is dropped. This is what the
 * reference's optimiser does, and it can be seen: `{"and": [X, true]}` is X itself, `{"and": [X, false]}` never runs X.
 */
function withoutLiterals(call: CallNode, deciding: boolean): Node {
  if (!call.list) return call
  const decider = call.args.find(arg => isLiteral(arg) && isTruthy(arg.value) === deciding)
  if (decider !== undefined) return decider
  const args = call.args.filter(arg => !isLiteral(arg))
  const [only] = args
  if (only === undefined) return call.args.at(-1) ?? literal(null)
  return args.length === 1 ? only : { ...call, args }
}

/** The first value whose truth is `deciding`, else the last. */
function buildUntil(call: CallNode, builder: Builder, deciding: boolean): Evaluate {
  if (!call.list) return failing()
  const runs = call.args.map(arg => builder.build(arg))
  const last = runs.pop()
  if (last === undefined) return () => null
  const [first, second] = runs
  if (first === undefined) return last
  if (second === undefined) {
    return (data, frame) => {
      const value = first(data, frame)
      return decides(value, deciding) ? value : last(data, frame)
    }
  }
  if (runs.length === 2) {
    return (data, frame) => {
      let value = first(data, frame)
      if (decides(value, deciding)) return value
      value = second(data, frame)
      return decides(value, deciding) ? value : last(data, frame)
    }
  }
  return (data, frame) => {
    for (const run of runs) {
      const value = run(data, frame)
      if (decides(value, deciding)) return value
    }
    return last(data, frame)
  }
}

function decides(value: Json, deciding: boolean): boolean {
  return typeof value === 'boolean' ? value === deciding : isTruthy(value) === deciding
}

export const not: Operator = {
  name: '!',
  summary: 'Whether the argument is false.',
  args: { 'value?': 'Any value' },
  example: { rule: { '!': [{ var: 'items' }] }, data: { items: [] }, result: true },
  foldable: true,
  boolean: true,
  simplify(call, rewrite) {
    const [inner] = call.args
    return inner?.kind === 'call' && inner.operator === not ? rewrite.call('!!', inner.args) : call
  },
  build(call, builder) {
    const [arg] = call.args
    if (arg === undefined) return () => true
    const test = builder.test(arg)
    return (data, frame) => test(data, frame) !== true
  },
}

export const truth: Operator = {
  name: '!!',
  summary: 'Whether the argument is true: everything but false, null, 0, NaN, "", [] and {}.',
  args: { 'value?': 'Any value' },
  example: { rule: { '!!': [{ var: 'items' }] }, data: { items: [1] }, result: true },
  foldable: true,
  boolean: true,
  build(call, builder) {
    const [arg] = call.args
    return arg === undefined ? () => false : builder.test(arg)
  },
}
