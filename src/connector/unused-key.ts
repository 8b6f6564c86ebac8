import { isObject, type JsonObject, own } from '../std/json.ts'
import type { LintRule } from '../versioning/finding.ts'
import type { ConnectorType } from './definition.ts'

/** Keys that are stored for the sake of old definitions, and what decides instead (contract 12.1). */
const UNUSED: Readonly<Record<ConnectorType, Readonly<Record<string, string>>>> = {
  http: { method: 'the "method" of the task' },
  kafka: { group_id: 'the "consumer_group" of a channel' },
  db: {
    driver: 'the scheme of "connection_string"',
    auth: 'user and password in "connection_string"',
    retry: 'nothing: a failed query is not repeated',
  },
  cache: {
    max_connections: 'nothing: one connection is shared',
  },
  storage: {},
}

export const unusedKey: LintRule<JsonObject> = {
  name: 'unused-key',
  summary: 'A key of a connector is stored, but nothing uses it.',
  example: {
    wrong: {
      name: 'crm',
      connector_type: 'http',
      config: { url: 'https://crm.example.com', method: 'POST' },
    },
    at: 'config.method',
    right: { name: 'crm', connector_type: 'http', config: { url: 'https://crm.example.com' } },
  },
  *check(connector) {
    const type = own(connector, 'connector_type')
    const config = own(connector, 'config')
    const unused = Object.entries(UNUSED).find(([known]) => known === type)?.[1]
    if (!isObject(config) || unused === undefined) return
    for (const [key, instead] of Object.entries(unused)) {
      if (!Object.hasOwn(config, key)) continue
      yield {
        path: `config.${key}`,
        message: `nothing uses "${key}" of a connector of type ${String(type)}`,
        expected: instead,
      }
    }
  },
}
