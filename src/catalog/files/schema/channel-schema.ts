import { METHODS } from '../../../channel/check.ts'
import { CreateChannel } from '../../../channel/definition.ts'
import type { JsonObject } from '../../../std/json.ts'
import { asObject, fileSchema, propertiesOf, STATUS, whenFields } from './file-schema.ts'
import { logicSchema } from './logic-schema.ts'
import { plainSchema } from './plain-schema.ts'

export function channelSchema(): JsonObject {
  const schema = plainSchema(CreateChannel)
  const { methods, config } = propertiesOf(schema)
  const { request_schema, ...settings } = propertiesOf(config)
  const isRest = { protocol: { enum: ['rest', 'http'] } }
  return fileSchema({
    title: 'Channel of Orion',
    schema,
    name: 'channel_id',
    fields: {
      methods: { ...asObject(methods), items: { enum: [...METHODS] }, uniqueItems: true },
      config: {
        ...asObject(config),
        properties: {
          ...settings,
          request_schema: { ...asObject(request_schema), type: ['object', 'boolean'] },
        },
      },
      status: STATUS,
    },
    defs: { logic: logicSchema() },
    rules: [whenFields(isRest, { required: ['methods', 'route_pattern'] })],
  })
}
