import type { Json } from '../../std/json.ts'
import type { Requirement } from './requirement.ts'
import type { Domain, JsonKind, NumberRange } from './schema-domain.ts'

/** A value at a place; undefined is nothing. */
type Sample = Json | undefined

/**
 * Values of a domain such that a requirement which holds for none of them holds for no value of the domain; undefined
 * when there are too many kinds of values to say so.
 */
export function samplesOf(domain: Domain, asked: Requirement): Sample[] | undefined {
  const samples: Sample[] = domain.absent ? [undefined] : []
  if (domain.values !== undefined)
    return [...samples, ...domain.values.filter(value => isWithin(value, domain))]
  for (const kind of domain.kinds) {
    const found = kind === 'number' ? numbers(domain.numbers, asked) : SAMPLES[kind](asked)
    if (found === undefined) return undefined
    samples.push(...found)
  }
  return samples
}

const SAMPLES: Readonly<Record<Exclude<JsonKind, 'number'>, (asked: Requirement) => Sample[] | undefined>> = {
  null: () => [null],
  boolean: () => [true, false],
  string: texts,
  array: ({ asks }) => (asks === 'presence' || asks === 'type' ? [[], [0]] : undefined),
  object: ({ asks }) =>
    asks === 'presence' || asks === 'type' ? [{}, { a: 0 }, { datetime: '' }, { timestamp: '' }] : undefined,
}

/** Texts have an order of their own, as times, as numbers and as texts. */
function texts({ asks, constants }: Requirement): string[] | undefined {
  if (asks === 'order') return undefined
  if (asks === 'type') return ['a', '2024-01-02T03:04:05Z', '1d']
  return ['', 'true', 'false', '0', '1', ...constants.map(String), `${constants.join('')}x`]
}

/**
 * What a comparison with constants gives can only change at the constants, and at 0 and 1, which are what null, false and
 * true are compared as: each of them, and one number between two neighbours.
 */
function numbers(range: NumberRange, { constants }: Requirement): number[] | undefined {
  if (constants.some(constant => typeof constant === 'string' && isOddNumber(constant))) return undefined
  const { from, to } = range
  const limits = constants.map(Number).filter(Number.isFinite)
  const inside = [0, 1, ...limits].filter(limit => limit >= from && limit <= to)
  const points = [...new Set([from, ...inside, to])].toSorted((a, b) => a - b)
  const between = points
    .slice(1)
    .map((point, at) => numberBetween(points[at] ?? point, point, range.integers))
  return [...points, ...between].filter(number => isInRange(number, range))
}

/** Whether a text may mean a number, or a time, in a way that `Number` does not know. */
function isOddNumber(text: string): boolean {
  return /\d/.test(text) && !Number.isFinite(Number(text))
}

function numberBetween(a: number, b: number, integers: boolean): number {
  if (a === -Infinity && b === Infinity) return 0
  if (a === -Infinity) return Math.max(-Number.MAX_VALUE, Math.floor(b) - Math.max(1, Math.abs(b)))
  if (b === Infinity) return Math.min(Number.MAX_VALUE, Math.floor(a) + Math.max(1, Math.abs(a)))
  if (integers) return Math.floor(a) + 1
  return a + (b - a) / 2
}

function isInRange(number: number, { from, to, fromExcluded, toExcluded, integers }: NumberRange): boolean {
  if (!Number.isFinite(number) || (integers && !Number.isInteger(number))) return false
  return (fromExcluded ? number > from : number >= from) && (toExcluded ? number < to : number <= to)
}

function isWithin(value: Json, { kinds, numbers: range }: Domain): boolean {
  if (typeof value === 'number') return kinds.has('number') && isInRange(value, range)
  // Integers that are no doubles have bounds of their own.
  if (typeof value === 'bigint') return true
  return kinds.has(kindOf(value))
}

function kindOf(value: Exclude<Json, number | bigint>): JsonKind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'object'
  return typeof value === 'string' ? 'string' : 'boolean'
}
