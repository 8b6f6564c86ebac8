import type { FunctionTable } from '../../../engine/functions-api.ts'
import type { JsonObject } from '../../../std/json.ts'
import { caseSchema } from './case-schema.ts'
import { channelSchema } from './channel-schema.ts'
import { connectorSchema } from './connector-schema.ts'
import { workflowSchema } from './workflow-schema.ts'

/** What has files. */
export const SCHEMA_KINDS = ['workflow', 'channel', 'connector', 'case'] as const
export type SchemaKind = (typeof SCHEMA_KINDS)[number]

/**
 * The JSON Schema (2020-12) of a file of this kind, for editors: fields with their descriptions, values to choose from,
 * the input of a task by its function, the settings of a connector by its type. Derived from what the API checks; rules
 * between fields stay with `lint`.
 */
export function editorSchema(kind: SchemaKind, functions: FunctionTable): JsonObject {
  switch (kind) {
    case 'workflow':
      return workflowSchema(functions)
    case 'channel':
      return channelSchema()
    case 'connector':
      return connectorSchema()
    case 'case':
      return caseSchema()
    default:
      return kind satisfies never
  }
}
