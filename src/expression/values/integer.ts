import { exactInteger } from '../../std/exact-integers.ts'
import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { toNumber } from './number.ts'

/*
 * The reference has 64-bit integers beside doubles. Here an integer up to 2^53 is a number and one beyond is a bigint;
 * a number beyond 2^53 is a double, whatever it looks like. Sums, differences and products of integers stay exact within
 * 64 bits and become doubles outside, as in the reference.
 */

/** What arithmetic takes and makes. */
export type Numeric = number | bigint

/** Up to this magnitude the result of `+`, `-` and `*` on two numbers is exact. */
export const EXACT = Number.MAX_SAFE_INTEGER

const LARGEST_NUMBER = 2 ** 53
const SMALLEST = -(2n ** 63n)
const LARGEST = 2n ** 63n - 1n

export function isNumeric(value: Json | undefined): value is Numeric {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Whether the reference holds this number as an integer. */
export function isInteger(value: Numeric): boolean {
  if (typeof value === 'bigint') return value >= SMALLEST && value <= LARGEST
  return Number.isInteger(value) && value < 2 ** 63 && value >= -(2 ** 63)
}

/** A position or count; what is beyond 2^53 is so far away that its last digits do not matter. */
export function asPosition(value: Json): number | undefined {
  return isNumeric(value) && isInteger(value) ? Number(value) : undefined
}

/** An operand; integers keep all their digits. Throws NaN for what is no number. */
export function toNumeric(value: Json, meter: Meter): Numeric {
  return typeof value === 'bigint' ? value : toNumber(value, meter)
}

export function sum(a: Numeric, b: Numeric): Numeric {
  const rounded = Number(a) + Number(b)
  return isSettled(rounded, a, b) ? rounded : integer(BigInt(a) + BigInt(b))
}

export function difference(a: Numeric, b: Numeric): Numeric {
  const rounded = Number(a) - Number(b)
  return isSettled(rounded, a, b) ? rounded : integer(BigInt(a) - BigInt(b))
}

export function product(a: Numeric, b: Numeric): Numeric {
  const rounded = Number(a) * Number(b)
  return isSettled(rounded, a, b) ? rounded : integer(BigInt(a) * BigInt(b))
}

/** `b` is not 0. */
export function quotient(a: Numeric, b: Numeric): Numeric {
  if (isNarrow(a, b) || !isWhole(a) || !isWhole(b)) return Number(a) / Number(b)
  const [dividend, divisor] = [BigInt(a), BigInt(b)]
  return dividend % divisor === 0n ? integer(dividend / divisor) : Number(a) / Number(b)
}

/** `b` is not 0. */
export function rest(a: Numeric, b: Numeric): Numeric {
  if (isNarrow(a, b) || !isWhole(a) || !isWhole(b)) return Number(a) % Number(b)
  return integer(BigInt(a) % BigInt(b))
}

/** The integer within 64 bits, else the nearest double. */
export function integer(value: bigint): Numeric {
  return isInteger(value) ? exactInteger(value) : Number(value)
}

export function magnitude(value: Numeric): Numeric {
  return typeof value === 'number' ? Math.abs(value) : integer(value < 0n ? -value : value)
}

/** The nearest integer of 64 bits; NaN is 0 among them. */
export function saturated(value: Numeric): Numeric {
  if (Math.abs(Number(value)) <= LARGEST_NUMBER)
    return typeof value === 'number' ? value : exactInteger(value)
  if (Number.isNaN(value)) return 0
  if (value >= LARGEST) return LARGEST
  return value <= SMALLEST ? SMALLEST : BigInt(value)
}

/** Whether a result is exact, or the doubles that it is made of make it one that need not be. */
function isSettled(rounded: number, a: Numeric, b: Numeric): boolean {
  if (isNarrow(a, b) && rounded >= -EXACT && rounded <= EXACT) return true
  return !isWhole(a) || !isWhole(b)
}

function isNarrow(a: Numeric, b: Numeric): boolean {
  return typeof a === 'number' && typeof b === 'number'
}

function isWhole(value: Numeric): boolean {
  if (typeof value === 'bigint') return isInteger(value)
  return Number.isInteger(value) && value <= LARGEST_NUMBER && value >= -LARGEST_NUMBER
}
