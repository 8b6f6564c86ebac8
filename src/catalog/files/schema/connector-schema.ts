import { CONNECTOR_CONFIG } from '../../../connector/config.ts'
import { CONNECTOR_TYPES, CreateConnector } from '../../../connector/definition.ts'
import type { JsonObject } from '../../../std/json.ts'
import { fileSchema, whenFields } from './file-schema.ts'
import { plainSchema } from './plain-schema.ts'

export function connectorSchema(): JsonObject {
  const rules = CONNECTOR_TYPES.map(type =>
    whenFields(
      { connector_type: { const: type } },
      { properties: { config: plainSchema(CONNECTOR_CONFIG[type]) } },
    ),
  )
  return fileSchema({
    title: 'Connector of Orion',
    schema: plainSchema(CreateConnector),
    name: 'name',
    fields: {},
    rules,
  })
}
