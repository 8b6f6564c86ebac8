import type { Json } from '../std/json.ts'
import { type CallNode, itemsOf, type Node } from './node.ts'

/** What a rule may give, as bits; a rule that always fails gives nothing (0). */
export const OUTCOME = {
  true: 1,
  false: 2,
  null: 4,
  object: 8,
  /** Numbers, texts and arrays. */
  other: 16,
  /** What a variable holds. */
  unknown: 32,
} as const

const BOOLEAN = OUTCOME.true | OUTCOME.false

/** What `node` may give when it does not fail. Never less than what it does give. */
export function outcomesOf(node: Node): number {
  switch (node.kind) {
    case 'literal':
      return outcomeOfValue(node.value)
    case 'array':
      return OUTCOME.other
    case 'object':
      return OUTCOME.object
    case 'path':
      return OUTCOME.unknown | (node.fallback === null ? 0 : outcomesOf(node.fallback))
    case 'unknown':
      return 0
    case 'call':
      return node.operator.boolean === true ? BOOLEAN : outcomesOfCall(node)
    default:
      return node satisfies never
  }
}

/** The outcome of one value. */
export function outcomeOfValue(value: Json): number {
  if (value === true) return OUTCOME.true
  if (value === false) return OUTCOME.false
  if (value === null) return OUTCOME.null
  return typeof value === 'object' && !Array.isArray(value) ? OUTCOME.object : OUTCOME.other
}

/** Operators whose result is one of their arguments, or made of them; those that are absent give numbers, texts or arrays. */
const BY_ARGUMENTS: Readonly<Record<string, (call: CallNode) => number>> = {
  var: () => OUTCOME.unknown,
  val: () => OUTCOME.unknown,
  // The deciding argument is falsy unless it is the last, and the other way round.
  and: ({ args }) => lastOrEarlier(args, ~OUTCOME.true),
  or: ({ args }) => lastOrEarlier(args, ~(OUTCOME.false | OUTCOME.null)),
  '??': ({ args }) => lastOrEarlier(args, ~OUTCOME.null),
  if: ({ args }) => {
    const values = args.filter((_, at) => at % 2 === 1 || at === args.length - 1)
    return anyOf(values) | (args.length % 2 === 0 ? OUTCOME.null : 0)
  },
  switch: ({ args: [, cases, otherwise] }) => {
    const pairs = cases === undefined ? undefined : itemsOf(cases)
    const results = (pairs ?? []).map(pair => itemsOf(pair)?.[1])
    return anyOf([...results, otherwise]) | (otherwise === undefined ? OUTCOME.null : 0)
  },
  // The last argument may read what was thrown.
  try: ({ args }) => anyOf(args) | OUTCOME.null,
  reduce: ({ args: [, body, initial] }) => anyOf([body, initial]) | OUTCOME.null,
  filter: () => OUTCOME.object | OUTCOME.other,
  throw: () => 0,
  sem_ver: () => BOOLEAN | OUTCOME.null,
  fractional: () => OUTCOME.unknown,
  datetime: () => OUTCOME.object | OUTCOME.other,
  timestamp: () => OUTCOME.object | OUTCOME.other,
}

function outcomesOfCall(call: CallNode): number {
  const known = Object.hasOwn(BY_ARGUMENTS, call.operator.name) ? BY_ARGUMENTS[call.operator.name] : undefined
  return known === undefined ? OUTCOME.other | OUTCOME.null : known(call)
}

/** What the last argument gives, and of the others what `decides` leaves. */
function lastOrEarlier(args: readonly Node[], decides: number): number {
  const last = args.at(-1)
  return last === undefined ? OUTCOME.null : (anyOf(args.slice(0, -1)) & decides) | outcomesOf(last)
}

function anyOf(nodes: readonly (Node | undefined)[]): number {
  return nodes.reduce((found, node) => found | (node === undefined ? 0 : outcomesOf(node)), 0)
}
