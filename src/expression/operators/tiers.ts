import type { Evaluate } from '../evaluate.ts'
import { type Builder, type CallNode, isLiteral, type Node, type PathNode } from '../node.ts'

type Relation = '<' | '<=' | '>' | '>='

/** Conditions that all compare one variable with a number in the same way: it is read once for all of them. */
interface Tiers {
  readonly subject: PathNode
  readonly relation: Relation
  readonly limits: readonly number[]
}

const FLIPPED: Readonly<Record<Relation, Relation>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

export function readTiers(conditions: readonly Node[]): Tiers | undefined {
  const tiers = conditions.map(readTier)
  const [first] = tiers
  if (first === undefined || tiers.length < 2) return undefined
  const limits: number[] = []
  for (const tier of tiers) {
    if (tier === undefined || tier.relation !== first.relation) return undefined
    if (!samePath(tier.subject, first.subject)) return undefined
    limits.push(tier.limit)
  }
  return { subject: first.subject, relation: first.relation, limits }
}

interface Tier {
  readonly subject: PathNode
  readonly relation: Relation
  readonly limit: number
}

function readTier(node: Node): Tier | undefined {
  if (node.kind !== 'call' || node.args.length !== 2) return undefined
  const relation = relationOf(node)
  const [left, right] = node.args
  if (relation === undefined || left === undefined || right === undefined) return undefined
  if (left.kind === 'path' && isLiteral(right) && typeof right.value === 'number') {
    return { subject: left, relation, limit: right.value }
  }
  if (right.kind === 'path' && isLiteral(left) && typeof left.value === 'number') {
    return { subject: right, relation: FLIPPED[relation], limit: left.value }
  }
  return undefined
}

function relationOf(node: CallNode): Relation | undefined {
  const { name } = node.operator
  return name === '<' || name === '<=' || name === '>' || name === '>=' ? name : undefined
}

function samePath(a: PathNode, b: PathNode): boolean {
  if (a.level !== b.level || a.fallback !== null || b.fallback !== null) return false
  return (
    a.steps.length === b.steps.length &&
    a.steps.every((step, index) => step.key === b.steps[index]?.key && step.index === b.steps[index]?.index)
  )
}

/** `general` takes over for a subject that is no number. */
export function buildTiers(
  tiers: Tiers,
  values: readonly Evaluate[],
  otherwise: Evaluate,
  general: Evaluate,
  builder: Builder,
): Evaluate {
  const read = builder.build(tiers.subject)
  const find = FINDERS[tiers.relation]
  const { limits } = tiers
  return (data, frame) => {
    const subject = read(data, frame)
    if (typeof subject !== 'number') return general(data, frame)
    const value = values[find(subject, limits)] ?? otherwise
    return value(data, frame)
  }
}

type Find = (subject: number, limits: readonly number[]) => number

/** The place of the first limit for which the relation holds, else how many there are. */
const FINDERS: Readonly<Record<Relation, Find>> = {
  '<': (subject, limits) => {
    let at = 0
    while (at < limits.length && !(subject < (limits[at] ?? 0))) at++
    return at
  },
  '<=': (subject, limits) => {
    let at = 0
    while (at < limits.length && !(subject <= (limits[at] ?? 0))) at++
    return at
  },
  '>': (subject, limits) => {
    let at = 0
    while (at < limits.length && !(subject > (limits[at] ?? 0))) at++
    return at
  },
  '>=': (subject, limits) => {
    let at = 0
    while (at < limits.length && !(subject >= (limits[at] ?? 0))) at++
    return at
  },
}
