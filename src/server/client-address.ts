import { BlockList } from 'node:net'
import { canonicalAddress } from '../std/ip-address.ts'

/** The address of who asks: the peer's, or what the proxies say that are trusted. `peer` is the address of the socket. */
export type ClientAddress = (peer: string, headers: Headers) => string

/** `trusted` are addresses and CIDR ranges, as the configuration has checked them; nobody else is believed. */
export function clientAddress(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return spelled
  const isTrusted = matcher(trusted)
  return (peer, headers) => {
    const own = spelled(peer)
    if (!isTrusted(own)) return own
    const forwarded = headers.get('x-forwarded-for')
    if (forwarded === null || forwarded.trim() === '') return addressIn(headers.get('x-real-ip')) ?? own
    return lastUntrusted(forwarded, own, isTrusted)
  }
}

/** Most peers come by IPv4, which has one spelling only. */
function spelled(peer: string): string {
  return peer.includes(':') ? (canonicalAddress(peer) ?? peer) : peer
}

/** Each proxy appends who asked it, so that only what stands right of the last stranger is sure. */
function lastUntrusted(forwarded: string, peer: string, isTrusted: (address: string) => boolean): string {
  let last = peer
  let end = forwarded.length
  while (end >= 0) {
    const comma = end === 0 ? -1 : forwarded.lastIndexOf(',', end - 1)
    const address = addressIn(forwarded.slice(comma + 1, end))
    if (address === undefined) return last
    if (!isTrusted(address)) return address
    last = address
    end = comma
  }
  return last
}

/** An address with or without a port: `192.0.2.7:80`, `[2001:db8::1]:80`. */
function addressIn(text: string | null): string | undefined {
  const trimmed = text?.trim() ?? ''
  const bare = PORTED.exec(trimmed)?.[1] ?? BRACKETED.exec(trimmed)?.[1] ?? trimmed
  return canonicalAddress(bare)
}

const PORTED = /^([\d.]+):\d{1,5}$/
const BRACKETED = /^\[([\da-fA-F:.]+)\](?::\d{1,5})?$/

function matcher(trusted: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const entry of trusted) {
    const [written = '', bits] = entry.split('/')
    const address = canonicalAddress(written) ?? written
    const family = familyOf(address)
    const most = family === 'ipv4' ? 32 : 128
    // A range of mapped addresses counts its bits from the beginning of the IPv6 address.
    const mapped = family === 'ipv4' && written.includes(':') ? 96 : 0
    list.addSubnet(address, bits === undefined ? most : Math.max(0, Number(bits) - mapped), family)
  }
  return address => list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
