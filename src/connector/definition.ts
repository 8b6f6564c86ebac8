import type { JsonObject } from '../std/json.ts'

/** A stored connector with its secrets in clear; `masking` makes what the admin API shows (contract 5.1). */
export interface Connector {
  id: string
  name: string
  connector_type: ConnectorType
  config: JsonObject
  enabled: boolean
  tags: string[]
  created_at: string
  updated_at: string
}

export const CONNECTOR_TYPES = ['http', 'kafka', 'db', 'cache', 'storage'] as const
export type ConnectorType = (typeof CONNECTOR_TYPES)[number]
