import type { Evaluate } from '../evaluate.ts'
import { type Builder, type CallNode, isLiteral, literal, type Node, type Operator } from '../node.ts'
import { isTruthy } from '../truth.ts'
import { failing } from './comparison.ts'
import { buildTiers, readTiers } from './tiers.ts'

/** `?:` is the same operator under another name. */
export const conditional: Operator = {
  name: 'if',
  aliases: ['?:'],
  summary: 'The value after the first true condition, else the last argument, else null.',
  args: { '...branches': 'condition, value, condition, value, ..., and perhaps a value for else' },
  example: {
    rule: {
      if: [{ '>': [{ var: 'total' }, 1000] }, 'large', { '>': [{ var: 'total' }, 100] }, 'medium', 'small'],
    },
    data: { total: 250 },
    result: 'medium',
  },
  foldable: true,
  simplify: withoutLiterals,
  build: buildIf,
}

/** Drops branches whose condition is written in the rule. */
function withoutLiterals(call: CallNode): Node {
  if (!call.list) return call
  const args: Node[] = []
  let at = 0
  for (; at + 1 < call.args.length; at += 2) {
    const [condition, value] = call.args.slice(at, at + 2)
    if (condition === undefined || value === undefined) break
    if (!isLiteral(condition)) args.push(condition, value)
    else if (isTruthy(condition.value)) return ending(call, [...args, value])
  }
  return ending(call, [...args, ...call.args.slice(at)])
}

function ending(call: CallNode, args: readonly Node[]): Node {
  const [only] = args
  if (only === undefined) return literal(null)
  return args.length === 1 ? only : { ...call, args }
}

function buildIf(call: CallNode, builder: Builder): Evaluate {
  if (!call.list) return failing()
  const { args } = call
  const conditions = args.filter((_, index) => index % 2 === 0 && index + 1 < args.length)
  const values = args.filter((_, index) => index % 2 === 1).map(value => builder.build(value))
  const last = args.length % 2 === 1 ? args.at(-1) : undefined
  const otherwise = last === undefined ? () => null : builder.build(last)
  const tests = conditions.map(condition => builder.test(condition))
  const branches = branchesOf(tests, values, otherwise)
  const tiers = readTiers(conditions)
  return tiers === undefined ? branches : buildTiers(tiers, values, otherwise, branches, builder)
}

function branchesOf(tests: readonly Evaluate[], values: readonly Evaluate[], otherwise: Evaluate): Evaluate {
  const [first, second] = tests
  const [one = otherwise, two = otherwise] = values
  if (first === undefined) return otherwise
  if (second === undefined) return oneBranch(first, one, otherwise)
  if (tests.length === 2) return twoBranches(first, one, second, two, otherwise)
  return manyBranches(tests, values, otherwise)
}

/* Each in a function of its own, so that a closure holds what it needs and nothing else. */

function oneBranch(test: Evaluate, value: Evaluate, otherwise: Evaluate): Evaluate {
  return (data, frame) => (test(data, frame) === true ? value(data, frame) : otherwise(data, frame))
}

function twoBranches(
  first: Evaluate,
  one: Evaluate,
  second: Evaluate,
  two: Evaluate,
  otherwise: Evaluate,
): Evaluate {
  return (data, frame) => {
    if (first(data, frame) === true) return one(data, frame)
    return second(data, frame) === true ? two(data, frame) : otherwise(data, frame)
  }
}

function manyBranches(
  tests: readonly Evaluate[],
  values: readonly Evaluate[],
  otherwise: Evaluate,
): Evaluate {
  const branches = tests.map((test, index) => ({ test, value: values[index] ?? otherwise }))
  return (data, frame) => {
    for (const { test, value } of branches) {
      if (test(data, frame) === true) return value(data, frame)
    }
    return otherwise(data, frame)
  }
}
