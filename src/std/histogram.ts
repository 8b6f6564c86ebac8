/** 2^6 buckets for each doubling: a bucket is 1.6 % wide. */
const BUCKETS = 64
/** Bits of a float32 below those that name its bucket: 23 of the mantissa less 6. */
const SHIFT = 17
/** The doubling that begins at 2^-10, by the exponent bits of a float32. */
const FIRST = 127 - 10
/** The doublings from 2^-10 to 2^22. */
const DOUBLINGS = 32
const LAST = DOUBLINGS * BUCKETS - 1

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/**
 * How often values from 2^-10 to 2^22 occurred, each to 0.8 %; smaller ones count as 2^-10, larger ones as 2^22.
 * Counting takes nanoseconds and no memory; a doubling takes half a kilobyte from its first value on, so 16 KB at most.
 */
export class Histogram {
  readonly #doublings: (Float64Array | undefined)[] = []
  #count = 0

  add(value: number): void {
    const bucket = bucketOf(value)
    const doubling = bucket >>> 6
    let counts = this.#doublings[doubling]
    if (counts === undefined) counts = this.#open(doubling)
    const at = bucket & (BUCKETS - 1)
    counts[at] = (counts[at] ?? 0) + 1
    this.#count++
  }

  /** The value below or at which this share of all values lies (0 to 1, nearest rank); undefined when there is none. */
  quantile(share: number): number | undefined {
    // Rounding must not make 99 of 100 the hundredth.
    const rank = Math.max(1, Math.ceil(this.#count * share - 1e-9))
    let seen = 0
    for (let bucket = 0; bucket <= LAST; bucket++) {
      const counts = this.#doublings[bucket >>> 6]
      if (counts === undefined) bucket += BUCKETS - 1
      else seen += counts[bucket & (BUCKETS - 1)] ?? 0
      if (seen >= rank) return middleOf(bucket)
    }
    return undefined
  }

  clear(): void {
    for (const counts of this.#doublings) counts?.fill(0)
    this.#count = 0
  }

  #open(doubling: number): Float64Array {
    while (this.#doublings.length <= doubling) this.#doublings.push(undefined)
    const counts = new Float64Array(BUCKETS)
    this.#doublings[doubling] = counts
    return counts
  }
}

/** The bits of a float32 grow with its value, and its first ones are the exponent and the head of the mantissa. */
function bucketOf(value: number): number {
  float[0] = value
  const bucket = ((bits[0] ?? 0) >>> SHIFT) - FIRST * BUCKETS
  return value > 0 && bucket > 0 ? Math.min(bucket, LAST) : 0
}

function middleOf(bucket: number): number {
  bits[0] = ((bucket + FIRST * BUCKETS) << SHIFT) | (1 << (SHIFT - 1))
  return float[0] ?? 0
}
