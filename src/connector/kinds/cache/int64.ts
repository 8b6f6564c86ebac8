const LOWEST = -(2n ** 63n)
const HIGHEST = 2n ** 63n - 1n

export function isInt64(value: bigint): boolean {
  return value >= LOWEST && value <= HIGHEST
}

/** A text that Redis counts with: no sign but `-`, no leading zeros, no spaces; undefined for any other. */
export function int64Of(text: string): bigint | undefined {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return undefined
  const value = BigInt(text)
  return isInt64(value) ? value : undefined
}

/** As JSON values have it: a number where that is exact. */
export function plainInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
