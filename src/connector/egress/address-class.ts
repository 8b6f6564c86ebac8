import { type AddressRange, addressRange, isInRange } from '../../std/address-range.ts'

/** What an address is good for, from the harmless to the worst (IANA special-purpose registries). */
const ADDRESS_CLASSES = [
  'public',
  'reserved',
  'carrier',
  'private',
  'loopback',
  'multicast',
  'unspecified',
  'link-local',
  'metadata',
] as const
export type AddressClass = (typeof ADDRESS_CLASSES)[number]

/** What nobody calls but by mistake or malice. */
const NEVER: ReadonlySet<AddressClass> = new Set(['multicast', 'unspecified', 'link-local', 'metadata'])

export function isNever(kind: AddressClass): boolean {
  return NEVER.has(kind)
}

type Rows = readonly (readonly [AddressClass, ...string[]])[]

/** The first row that has an address decides. */
const V4 = table([
  // AWS, GCP and Azure and ECS; Alibaba; Oracle; Azure's host agent.
  ['metadata', '169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
  ['unspecified', '0.0.0.0/8'],
  ['loopback', '127.0.0.0/8'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ['carrier', '100.64.0.0/10'],
  ['link-local', '169.254.0.0/16'],
  ['multicast', '224.0.0.0/4', '255.255.255.255'],
  ['reserved', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ['reserved', '203.0.113.0/24', '240.0.0.0/4'],
])

const V6 = table([
  // AWS (metadata, task credentials), GCP, Scaleway.
  ['metadata', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:42::42'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['private', 'fc00::/7', 'fec0::/10'],
  ['link-local', 'fe80::/10'],
  ['multicast', 'ff00::/8'],
  // Protocol assignments with Teredo, documentation, segment routing.
  ['reserved', '2001::/23', '2001:db8::/32', '3fff::/20'],
  ['public', '64:ff9b::/96', '2000::/3'],
  ['reserved', '::/0'],
])

/** Where addresses of IPv6 carry one of IPv4 that packets end up at: its first byte, and what it is combined with. */
const CARRIERS = [
  { range: range('::/96'), at: 12 },
  { range: range('::ffff:0:0:0/96'), at: 12 },
  { range: range('64:ff9b::/96'), at: 12 },
  { range: range('64:ff9b:1::/48'), at: 12 },
  { range: range('2002::/16'), at: 2 },
  { range: range('2001::/32'), at: 4 },
  { range: range('2001::/32'), at: 12, xor: 0xff },
] as const

/** An address that carries another is as bad as the worse of the two. */
export function classOfBytes(bytes: readonly number[]): AddressClass {
  if (bytes.length === 4) return classIn(V4, bytes)
  const own = classIn(V6, bytes)
  // The two addresses of ::/96 that are no carriers.
  if (own === 'unspecified' || own === 'loopback') return own
  return carried(bytes)
    .map(inner => classIn(V4, inner))
    .reduce(worse, own)
}

function carried(bytes: readonly number[]): number[][] {
  const inner = CARRIERS.filter(({ range }) => isInRange(range, bytes)).map(carrier =>
    bytes.slice(carrier.at, carrier.at + 4).map(byte => byte ^ ('xor' in carrier ? carrier.xor : 0)),
  )
  // 64:ff9b:1::/48 with its 32 bits around the octet that is always zero (RFC 6052).
  if (isInRange(LOCAL_NAT64, bytes)) inner.push([...bytes.slice(6, 8), ...bytes.slice(9, 11)])
  if (isIsatap(bytes)) inner.push(bytes.slice(12))
  return inner
}

const LOCAL_NAT64 = range('64:ff9b:1::/48')

/** An interface identifier of `0:5efe` or `200:5efe` (RFC 5214). */
function isIsatap(bytes: readonly number[]): boolean {
  const [flags, zero, high, low] = bytes.slice(8, 12)
  return ((flags ?? 1) & ~0x02) === 0 && zero === 0 && high === 0x5e && low === 0xfe
}

function worse(one: AddressClass, other: AddressClass): AddressClass {
  return ADDRESS_CLASSES.indexOf(other) > ADDRESS_CLASSES.indexOf(one) ? other : one
}

type Table = readonly { readonly kind: AddressClass; readonly ranges: readonly AddressRange[] }[]

function table(rows: Rows): Table {
  return rows.map(([kind, ...texts]) => ({ kind, ranges: texts.map(range) }))
}

function classIn(table: Table, bytes: readonly number[]): AddressClass {
  return table.find(({ ranges }) => ranges.some(range => isInRange(range, bytes)))?.kind ?? 'public'
}

function range(text: string): AddressRange {
  const parsed = addressRange(text)
  if (parsed === undefined) throw new Error(`"${text}" is no range of addresses`)
  return parsed
}
