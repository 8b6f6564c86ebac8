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
  build: buildAnd,
}

export const or: Operator = {
  name: 'or',
  summary: 'The first argument that is true, or the last one.',
  args: { '...values': 'Evaluated from left to right as far as needed' },
  example: { rule: { or: [{ var: 'nickname' }, { var: 'name' }] }, data: { name: 'Ada' }, result: 'Ada' },
  foldable: true,
  simplify: call => withoutLiterals(call, true),
  build: buildOr,
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

/** The first value that is false, else the last. */
function buildAnd(call: CallNode, builder: Builder): Evaluate {
  if (!call.list) return failing()
  const [first, second, third, ...others] = call.args.map(arg => builder.build(arg))
  if (first === undefined) return () => null
  if (second === undefined) return first
  return third === undefined ? andTwo(first, second) : andMany(first, second, third, others)
}

function andTwo(first: Evaluate, second: Evaluate): Evaluate {
  return (data, frame) => {
    const value = first(data, frame)
    return value === true || (value !== false && isTruthy(value)) ? second(data, frame) : value
  }
}

function andMany(first: Evaluate, second: Evaluate, third: Evaluate, others: readonly Evaluate[]): Evaluate {
  return (data, frame) => {
    let value = first(data, frame)
    if (value !== true && (value === false || !isTruthy(value))) return value
    value = second(data, frame)
    if (value !== true && (value === false || !isTruthy(value))) return value
    value = third(data, frame)
    for (const run of others) {
      if (value !== true && (value === false || !isTruthy(value))) return value
      value = run(data, frame)
    }
    return value
  }
}

/** The first value that is true, else the last. */
function buildOr(call: CallNode, builder: Builder): Evaluate {
  if (!call.list) return failing()
  const runs = call.args.map(arg => builder.build(arg))
  const last = runs.pop() ?? (() => null)
  const [first] = runs
  if (first === undefined) return last
  return runs.length === 1 ? orTwo(first, last) : orMany(runs, last)
}

function orTwo(first: Evaluate, second: Evaluate): Evaluate {
  return (data, frame) => {
    const value = first(data, frame)
    return value === true || (value !== false && isTruthy(value)) ? value : second(data, frame)
  }
}

function orMany(runs: readonly Evaluate[], last: Evaluate): Evaluate {
  return (data, frame) => {
    for (const run of runs) {
      const value = run(data, frame)
      if (value === true || (value !== false && isTruthy(value))) return value
    }
    return last(data, frame)
  }
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
