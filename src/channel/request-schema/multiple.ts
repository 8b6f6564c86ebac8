/** Decimals of at most so many digits are told apart by doubles. */
const EXACT_DECIMALS = 1e15
/** Powers of ten up to here are exact as doubles. */
const MAX_EXACT_POWER = 22

/** `digits` times ten to the power of `exponent`. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/**
 * A test for multiples of a positive number, in decimal as the numbers are written: 19.99 is a multiple of 0.01, though
 * the doubles are not.
 */
export function multipleOf(divisor: number | bigint): (value: number | bigint) => boolean {
  const step = decimalOf(divisor)
  const places = Math.max(0, -step.exponent)
  const scale = 10 ** places
  const scaledStep = Number(step.digits * 10n ** BigInt(Math.max(0, step.exponent)))
  const isShort = places <= MAX_EXACT_POWER && scaledStep <= EXACT_DECIMALS
  return value => {
    if (isShort && typeof value === 'number' && Math.abs(value) * scale < EXACT_DECIMALS) {
      const scaled = Math.round(value * scale)
      return scaled / scale === value && scaled % scaledStep === 0
    }
    return isExactMultiple(decimalOf(value), step)
  }
}

function isExactMultiple(value: Decimal, step: Decimal): boolean {
  const exponent = Math.min(value.exponent, step.exponent)
  return scaledTo(value, exponent) % scaledTo(step, exponent) === 0n
}

function scaledTo({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to)
}

function decimalOf(value: number | bigint): Decimal {
  if (typeof value === 'bigint') return { digits: value, exponent: 0 }
  const [coefficient = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = coefficient.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}
