import type { Config } from './schema.ts'

interface Lists {
  readonly allowHosts: readonly string[] | undefined
  readonly allowAddresses: readonly string[] | undefined
  readonly denyHosts: readonly string[] | undefined
}

/** Where connectors of this server may call; an empty list says nothing. */
export function egressLists({ egress }: Pick<Config, 'egress'>): Lists {
  return {
    allowHosts: said(egress.allow_hosts),
    allowAddresses: said(egress.allow_addresses),
    denyHosts: said(egress.deny_hosts),
  }
}

function said(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list
}
