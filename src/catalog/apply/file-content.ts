import { CreateChannel } from '../../channel/definition.ts'
import { CreateConnector } from '../../connector/definition.ts'
import { type JsonObject, own, setOwn } from '../../std/json.ts'
import { CreateWorkflow } from '../../workflow/definition.ts'
import type { Kind } from '../lint.ts'

const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  workflow: Object.keys(CreateWorkflow.properties),
  channel: Object.keys(CreateChannel.properties),
  connector: Object.keys(CreateConnector.properties),
}

/** What a file holds of a stored row: what it could be created from, without version, status, rollout and times. */
export function fileContent(kind: Kind, row: JsonObject): JsonObject {
  const content: JsonObject = {}
  for (const field of FIELDS[kind]) {
    const value = own(row, field)
    if (value !== undefined) setOwn(content, field, value)
  }
  return content
}
