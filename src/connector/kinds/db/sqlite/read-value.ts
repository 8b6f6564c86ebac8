import { exactInteger } from '../../../../std/exact-integers.ts'
import type { Json } from '../../../../std/json.ts'
import { bytesOf } from '../bytes-text.ts'
import type { ValueForms } from '../client.ts'
import { documentOf } from '../document-text.ts'
import { ValueRefused } from '../value-refused.ts'

/** Makes JSON of a stored value; what its column is declared as tells booleans, documents and decimals. Throws ValueRefused. */
export function readerOf(declared: string | null, forms: ValueForms): (value: unknown) => Json {
  const type = (declared ?? '').toUpperCase()
  if (type.startsWith('BOOL'))
    return value => (value === 0n || value === 1n ? value === 1n : plainOf(value, forms))
  if (type === 'JSON') return value => (typeof value === 'string' ? documentOf(value) : plainOf(value, forms))
  if (/^(?:DECIMAL|NUMERIC)/.test(type) && forms.numericAs === 'string') {
    return value =>
      typeof value === 'number' || typeof value === 'bigint' ? String(value) : plainOf(value, forms)
  }
  return value => plainOf(value, forms)
}

function plainOf(value: unknown, { binaryAs }: ValueForms): Json {
  if (typeof value === 'bigint') return exactInteger(value)
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return bytesOf(Buffer.from(value), binaryAs)
  if (typeof value !== 'number') return null
  if (Number.isFinite(value)) return value
  throw new ValueRefused('it is no number of JSON; cast it to a text')
}
