import { type WrittenCall, writtenCall } from '../../expression/lint/parts.ts'
import type { Json } from '../../std/json.ts'
import type { Conjunct } from './conjuncts.ts'

/** What a condition asks of one place of `data` alone, whatever the rest of the request is. */
export interface Requirement {
  readonly path: string
  /** Accepts when the requirement holds. */
  readonly rule: Json
  /** The place, below `data`. */
  readonly names: readonly string[]
  /** What the place is compared with. */
  readonly constants: readonly Scalar[]
  /** How it is asked, which says what values make a difference. */
  readonly asks: 'presence' | 'equality' | 'order' | 'type'
}

type Scalar = string | number | boolean | null
type Question = Pick<Requirement, 'names' | 'constants' | 'asks'>

/** The requirements that a conjunct consists of; none for what is not about single places and constants. */
export function requirementsOf({ path, rule }: Conjunct): Requirement[] {
  const call = writtenCall(rule)
  if (call === undefined) return []
  const present = presentPaths(call)
  if (present.length > 0) {
    return present.map(([text, names]) => {
      return { path, rule: { '!': { missing: [text] } }, names, constants: [], asks: 'presence' }
    })
  }
  const question = questionOf(rule, call)
  return question === undefined ? [] : [{ path, rule, ...question }]
}

/** The paths that `{"!": {"missing": [...]}}` wants to be there. */
function presentPaths({ name, args: [argument = null] }: WrittenCall): [path: string, names: string[]][] {
  const inner = name === '!' ? writtenCall(argument) : undefined
  if (inner?.name !== 'missing') return []
  return inner.args.flat().flatMap((path): [string, string[]][] => {
    const names = typeof path === 'string' ? belowData(path.split('.')) : undefined
    return typeof path === 'string' && names !== undefined ? [[path, names]] : []
  })
}

const COMPARISONS: ReadonlyMap<string, 'equality' | 'order'> = new Map([
  ...['==', '!=', '===', '!==', 'in'].map(name => [name, 'equality'] as const),
  ...['<', '<=', '>', '>='].map(name => [name, 'order'] as const),
])

function questionOf(rule: Json, { name, args }: WrittenCall): Question | undefined {
  const [first = null, second = null] = args
  const negated = (name === '!' || name === '!!') && args.length === 1
  const place = placeOf(negated ? first : rule)
  if (place !== undefined) return { names: place, constants: [], asks: 'presence' }
  const comparison = COMPARISONS.get(name)
  if (comparison === undefined) return undefined
  const within = Array.isArray(second) ? second : [second]
  const others = name === 'in' ? within : args.filter(isScalar)
  const asked = name === 'in' ? [first] : args.filter(arg => !isScalar(arg))
  const [subject = null] = asked
  const inner = writtenCall(subject)
  const isTyped = inner?.name === 'type'
  const names = placeOf(isTyped ? (inner?.args[0] ?? null) : subject)
  if (names === undefined || asked.length !== 1 || !others.every(isScalar)) return undefined
  return { names, constants: others, asks: isTyped ? 'type' : comparison }
}

/** The place below `data` that a variable reads, or whose being there is asked for. */
function placeOf(rule: Json): string[] | undefined {
  const { name, args } = writtenCall(rule) ?? { name: '', args: [] }
  const [first] = args
  if (name === 'var' && args.length === 1)
    return typeof first === 'string' ? belowData(first.split('.')) : undefined
  if (name !== 'val' && name !== 'exists') return undefined
  const names = args.filter(arg => typeof arg === 'string' && !arg.includes('.'))
  return names.length === args.length ? belowData(names.map(String)) : undefined
}

function belowData([root, ...names]: readonly string[]): string[] | undefined {
  return root === 'data' && names.length > 0 ? names : undefined
}

function isScalar(value: Json): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
