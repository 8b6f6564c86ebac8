import type { Clock } from '../../std/clock.ts'
import { type Json, type JsonObject, own } from '../../std/json.ts'
import type { ConnectorType } from '../definition.ts'
import { CheckedDialler, type Dialler } from './dialler.ts'
import { type EgressLists, EgressPolicy } from './egress-policy.ts'
import { HostLookups, type Lookup } from './host-lookups.ts'

interface EgressNeeds {
  /** Of the whole server. */
  readonly lists: EgressLists
  readonly lookup: Lookup
  readonly clock: Clock
}

/** Everything that leaves this process leaves through a dialler of this one. */
export class Egress {
  readonly #lists: EgressLists
  readonly #lookups: HostLookups

  constructor({ lists, lookup, clock }: EgressNeeds) {
    this.#lists = lists
    this.#lookups = new HostLookups(lookup, clock)
  }

  /** Of a connector, by its checked config. Those that live on private networks may call there unless they say no. */
  dialler(name: string, type: ConnectorType, config: JsonObject): Dialler {
    const allowPrivate = own(config, 'allow_private_urls')
    const lists = {
      server: this.#lists,
      connector: {
        allowHosts: textsOf(own(config, 'allow_hosts')),
        allowAddresses: textsOf(own(config, 'allow_addresses')),
        denyHosts: textsOf(own(config, 'deny_hosts')),
      },
    }
    const isPrivate = typeof allowPrivate === 'boolean' ? allowPrivate : type !== 'http'
    return new CheckedDialler({
      name,
      policy: new EgressPolicy({ ...lists, allowPrivate: isPrivate }),
      strictPolicy: new EgressPolicy({ ...lists, allowPrivate: false }),
      lookups: this.#lookups,
    })
  }
}

function textsOf(list: Json | undefined): readonly string[] | undefined {
  return Array.isArray(list) ? list.map(String) : undefined
}
