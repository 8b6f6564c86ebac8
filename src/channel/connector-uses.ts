import { isObject, type JsonObject, own } from '../std/json.ts'

/** Settings that may name the connector which keeps what they remember (contract 9.3). */
const SETTINGS = ['rate_limit', 'principal_rate_limit', 'deduplication', 'cache'] as const

/** The connectors that the config of a channel names, and where. */
export function connectorUses(config: JsonObject): { readonly path: string; readonly connector: string }[] {
  return SETTINGS.flatMap(setting => {
    const written = own(config, setting)
    const connector = isObject(written) ? own(written, 'connector') : undefined
    return typeof connector === 'string' ? [{ path: `config.${setting}.connector`, connector }] : []
  })
}
