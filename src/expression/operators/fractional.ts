import type { Json } from '../../std/json.ts'
import type { Operator } from '../node.ts'
import { keyStep, readSteps } from '../path.ts'
import { murmur3 } from '../values/murmur3.ts'

/** Characters of a key that count as one operation: they are encoded and hashed. */
const CHARS_PER_OPERATION = 2
/** Operations that a key takes beside. */
const OPERATIONS_PER_HASH = 8

export const fractional: Operator = {
  name: 'fractional',
  summary: 'One of several variants, always the same for the same key, in proportion to their weights.',
  args: {
    'key?': 'A text; without it, $flagd.flagKey and targetingKey of the data',
    '...variants': '[variant, weight] pairs; a weight that is left out is 1',
  },
  example: {
    rule: { fractional: [{ var: 'email' }, ['red', 25], ['blue', 75]] },
    data: { email: 'ada@example.com' },
    result: 'blue',
  },
  foldable: false,
  build(call, builder) {
    const variants = call.args.map(arg => builder.build(arg))
    const [first] = variants
    if (first === undefined) return () => null
    builder.usesFrame(true)
    const { meter } = builder
    return (data, frame) => {
      const values = variants.map(run => run(data, frame))
      const [head = null] = values
      const key = typeof head === 'string' ? head : implicitKey(frame.root)
      if (key === undefined) return null
      meter.charge(OPERATIONS_PER_HASH + 2 * values.length + Math.floor(key.length / CHARS_PER_OPERATION))
      return pick(key, Array.isArray(head) ? values : values.slice(1))
    }
  },
  reads: () => ({ scoped: [], root: [['$flagd', 'flagKey'], ['targetingKey']] }),
}

const FLAG_KEY = [keyStep('$flagd'), keyStep('flagKey')]
const TARGETING_KEY = [keyStep('targetingKey')]

function implicitKey(root: Json): string | undefined {
  const flag = readSteps(root, FLAG_KEY)
  const target = readSteps(root, TARGETING_KEY)
  if (typeof target !== 'string' || target === '') return undefined
  return (typeof flag === 'string' ? flag : '') + target
}

interface Variant {
  readonly value: Json
  readonly weight: number
}

/** The variant in whose share of the hash's range the key falls; null when a pair is malformed or nothing has weight. */
function pick(key: string, pairs: readonly Json[]): Json {
  const variants: Variant[] = []
  for (const pair of pairs) {
    const variant = readVariant(pair)
    if (variant === undefined) return null
    variants.push(variant)
  }
  const total = variants.reduce((sum, { weight }) => sum + weight, 0)
  if (!Number.isSafeInteger(total)) return null
  const bucket = Number((BigInt(murmur3(key)) * BigInt(total)) >> 32n)
  let end = 0
  for (const { value, weight } of variants) {
    end += weight
    if (bucket < end) return value
  }
  return null
}

function readVariant(pair: Json): Variant | undefined {
  if (!Array.isArray(pair)) return undefined
  const [value, weight = 1] = pair
  if (value === undefined || typeof weight !== 'number' || !Number.isInteger(weight)) return undefined
  return { value, weight: Math.max(0, weight) }
}
