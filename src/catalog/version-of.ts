import { OrionError } from '../errors.ts'
import type { WorkflowRepository } from '../storage/store.ts'
import type { Workflow } from '../workflow/definition.ts'

/** A version of a workflow, the latest when none is named. Throws NOT_FOUND. */
export async function storedVersion(
  rows: WorkflowRepository,
  id: string,
  version: number | undefined,
): Promise<Workflow> {
  const row = version === undefined ? await rows.latest(id) : await rows.version(id, version)
  if (row !== undefined) return row
  const isKnown = version !== undefined && (await rows.states(id)).length > 0
  throw new OrionError('NOT_FOUND', `Workflow '${id}' ${isKnown ? `has no version ${version}` : 'not found'}`)
}
