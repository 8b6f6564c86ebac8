import type { FunctionTable } from '../../../engine/functions-api.ts'
import type { JsonObject } from '../../../std/json.ts'
import type { Kind } from '../../lint.ts'
import { channelSchema } from './channel-schema.ts'
import { connectorSchema } from './connector-schema.ts'
import { workflowSchema } from './workflow-schema.ts'

/** What has files. */
export const SCHEMA_KINDS = ['workflow', 'channel', 'connector'] as const satisfies readonly Kind[]

/**
 * The JSON Schema (2020-12) of a file of this kind, for editors: fields with their descriptions, values to choose from,
 * the input of a task by its function, the settings of a connector by its type. Derived from what the API checks; rules
 * between fields stay with `lint`.
 */
export function editorSchema(kind: Kind, functions: FunctionTable): JsonObject {
  switch (kind) {
    case 'workflow':
      return workflowSchema(functions)
    case 'channel':
      return channelSchema()
    case 'connector':
      return connectorSchema()
    default:
      return kind satisfies never
  }
}
