/** The largest magnitude up to which every integer is a `number` of its own. */
const LARGEST = 2n ** 53n

/** An integer as JSON values hold it: a number up to 2^53, a bigint beyond. */
export function exactInteger(value: bigint): number | bigint {
  return value > LARGEST || value < -LARGEST ? value : Number(value)
}

/**
 * Makes `JSON.stringify` write bigints as the digits that they are, in all of this process; called once at its start.
 * Values without a bigint pay nothing for it.
 */
export function writeExactIntegers(): void {
  const toJSON = function (this: bigint): object {
    return JSON.rawJSON(String(this))
  }
  Object.defineProperty(BigInt.prototype, 'toJSON', { value: toJSON, configurable: true, writable: true })
}
