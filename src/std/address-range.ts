import { canonicalAddress } from './ip-address.ts'

/** The bytes of a canonical address: 4 or 16. */
export function addressBytes(canonical: string): readonly number[] {
  return canonical.includes(':') ? v6Bytes(canonical) : canonical.split('.').map(Number)
}

/** Addresses that begin with the same bits. */
export interface AddressRange {
  readonly bytes: readonly number[]
  readonly bits: number
}

/** `10.0.0.0/8`, `fd00::/8`, or one address; undefined for anything else, also when bits beyond the prefix are set. */
export function addressRange(text: string): AddressRange | undefined {
  const [, host = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const canonical = host.includes('%') ? undefined : canonicalAddress(host)
  if (canonical === undefined) return undefined
  const bytes = addressBytes(canonical)
  const width = bytes.length * 8
  const mappedBits = host.includes(':') && width === 32 ? 96 : 0
  const bits = prefix === undefined ? width : Number(prefix) - mappedBits
  if (bits < 0 || bits > width) return undefined
  const range = { bytes, bits }
  return bytes.every((byte, at) => (byte & ~maskAt(bits, at) & 0xff) === 0) ? range : undefined
}

export function isInRange({ bytes, bits }: AddressRange, address: readonly number[]): boolean {
  if (address.length !== bytes.length) return false
  return bytes.every((byte, at) => ((address[at] ?? 0) & maskAt(bits, at)) === byte)
}

/** Its first and its last address. */
export function endsOf({ bytes, bits }: AddressRange): readonly [readonly number[], readonly number[]] {
  return [bytes, bytes.map((byte, at) => byte | (~maskAt(bits, at) & 0xff))]
}

function maskAt(bits: number, at: number): number {
  const here = Math.min(8, Math.max(0, bits - at * 8))
  return (0xff << (8 - here)) & 0xff
}

function v6Bytes(canonical: string): number[] {
  const [head = '', tail] = canonical.split('::')
  const before = words(head)
  const after = words(tail ?? '')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<number>(missing).fill(0), ...after].flatMap(word => [word >> 8, word & 0xff])
}

function words(text: string): number[] {
  return text === '' ? [] : text.split(':').map(word => Number.parseInt(word, 16))
}
