import type { WorkflowDefinition } from '../engine/workflow.ts'
import { type JsonObject, own } from '../std/json.ts'

/** A workflow as it is written in a file, for a run of its own; it has no problems. */
export function workflowOfDocument(document: JsonObject): WorkflowDefinition {
  return {
    workflow_id: text(document, 'workflow_id') ?? 'workflow',
    name: text(document, 'name') ?? 'workflow',
    priority: 0,
    condition: own(document, 'condition') ?? true,
    tasks: own(document, 'tasks') ?? [],
    loop: own(document, 'loop'),
    continue_on_error: own(document, 'continue_on_error') === true,
  }
}

function text(object: JsonObject, key: string): string | undefined {
  const value = own(object, key)
  return typeof value === 'string' ? value : undefined
}
