import { type AddressRange, addressBytes, addressRange, endsOf, isInRange } from '../../std/address-range.ts'
import { canonicalAddress } from '../../std/ip-address.ts'
import { type AddressClass, classOfBytes, isNever } from './address-class.ts'

/** Lists as they are written, of a connector or of the whole server. */
export interface EgressLists {
  /** Only these hosts are called: names, `*.example.com`, addresses, ranges. */
  readonly allowHosts?: readonly string[] | undefined
  /** Only addresses of these ranges are called, also such as would be refused for what they are. */
  readonly allowAddresses?: readonly string[] | undefined
  /** These hosts are not called. */
  readonly denyHosts?: readonly string[] | undefined
}

/** What one connector may call. */
export interface EgressRules {
  /** Private, loopback, carrier and reserved addresses too. */
  readonly allowPrivate: boolean
  readonly connector: EgressLists
  readonly server: EgressLists
}

/** Why somebody is not called, with the switch that decides; for the trace. */
type Refusal = string | undefined

/** A host name in lower case without the dot at its end, or an address in its canonical spelling. */
export function plainHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return canonicalAddress(bare) ?? bare.toLowerCase().replace(/\.$/, '')
}

/** Decides from what was written, without I/O. */
export class EgressPolicy {
  readonly #allowPrivate: boolean
  readonly #lists: readonly { readonly owner: Owner; readonly hosts: Lists }[]

  /** Lists are checked before; a range that is none allows nothing. */
  constructor({ allowPrivate, connector, server }: EgressRules) {
    this.#allowPrivate = allowPrivate
    this.#lists = [
      { owner: 'connector', hosts: readLists(connector) },
      { owner: 'server', hosts: readLists(server) },
    ]
  }

  /** Before its name is resolved. `host` as {@link plainHost} gives it. */
  refusesHost(host: string): Refusal {
    for (const { owner, hosts } of this.#lists) {
      if (hosts.deny?.names(host)) return `"deny_hosts" of the ${owner} has "${host}"`
    }
    return undefined
  }

  /** One address of a host, in its canonical spelling. */
  refusesAddress(host: string, address: string): Refusal {
    const bytes = addressBytes(address)
    const kind = classOfBytes(bytes)
    let isNamed = this.#allowPrivate && !isNever(kind)
    for (const { owner, hosts } of this.#lists) {
      if (hosts.deny?.holds(bytes)) return `"deny_hosts" of the ${owner} has ${address}`
      if (hosts.allow && !hosts.allow.names(host) && !hosts.allow.holds(bytes)) {
        return `"allow_hosts" of the ${owner} does not have "${host}"`
      }
      if (hosts.ranges === undefined) continue
      if (!hosts.ranges.some(range => isInRange(range, bytes))) {
        return `"allow_addresses" of the ${owner} does not have ${address}`
      }
      if (owner === 'server' || !isNever(kind))
        isNamed ||= hosts.ranges.some(range => isAll(range, kind, bytes))
    }
    if (kind === 'public' || isNamed) return undefined
    return `${told(host, address, kind)}; ${switchFor(kind)} would allow it`
  }
}

type Owner = 'connector' | 'server'

interface Lists {
  readonly allow: HostList | undefined
  readonly deny: HostList | undefined
  readonly ranges: readonly AddressRange[] | undefined
}

function readLists({ allowHosts, allowAddresses, denyHosts }: EgressLists): Lists {
  return {
    allow: allowHosts && new HostList(allowHosts),
    deny: denyHosts && new HostList(denyHosts),
    ranges: allowAddresses?.map(addressRange).filter(range => range !== undefined),
  }
}

class HostList {
  readonly #names: ReadonlySet<string>
  readonly #suffixes: readonly string[]
  readonly #ranges: readonly AddressRange[]

  constructor(patterns: readonly string[]) {
    const ranges = patterns.map(addressRange)
    const names = patterns.filter((_, at) => ranges[at] === undefined).map(plainHost)
    this.#ranges = ranges.filter(range => range !== undefined)
    this.#suffixes = names.filter(name => name.startsWith('*.')).map(name => name.slice(1))
    this.#names = new Set(names.filter(name => !name.startsWith('*.')))
  }

  names(host: string): boolean {
    return this.#names.has(host) || this.#suffixes.some(suffix => host.endsWith(suffix))
  }

  holds(address: readonly number[]): boolean {
    return this.#ranges.some(range => isInRange(range, address))
  }
}

/** A range lifts a refusal when it lies within one class: `0.0.0.0/0` names nothing in particular. */
function isAll(range: AddressRange, kind: AddressClass, address: readonly number[]): boolean {
  return isInRange(range, address) && endsOf(range).every(end => classOfBytes(end) === kind)
}

function told(host: string, address: string, kind: AddressClass): string {
  const article = kind === 'unspecified' ? 'an' : 'a'
  if (host === address) return `${address} is ${article} ${kind} address`
  return `"${host}" resolves to ${address}, ${article} ${kind} address`
}

function switchFor(kind: AddressClass): string {
  return isNever(kind)
    ? 'only "allow_addresses" of the server'
    : '"allow_private_urls" or "allow_addresses" of the connector'
}
