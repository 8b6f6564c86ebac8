import { OrionError } from '../errors.ts'
import type { Workflow } from '../workflow/definition.ts'
import type { Source } from './live.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Why a change is refused that would put something on line which cannot be served (BAD_REQUEST). What was broken before
 * does not stand in the way of other changes.
 */
export function brokenNewcomer(before: Source, after: Source, next: Snapshot): OrionError | undefined {
  const shadow = brokenShadow(before, after, next)
  if (shadow !== undefined) return shadow
  const workflows = new Set(before.workflows.map(serving))
  for (const workflow of after.workflows) {
    if (workflows.has(serving(workflow))) continue
    const { workflow_id, version } = workflow
    const issue = next.loadIssues.workflows.find(
      broken => broken.workflow_id === workflow_id && broken.version === version,
    )
    if (issue) return refusal('workflow', workflow_id, version, issue.reason)
  }
  const quarantined = new Map(next.channels.map(({ id, quarantine }) => [id, quarantine]))
  const channels = new Set(before.channels.map(({ channel_id, version }) => `${version} ${channel_id}`))
  for (const { channel_id, version } of after.channels) {
    if (channels.has(`${version} ${channel_id}`)) continue
    const reason = quarantined.get(channel_id)
    if (reason !== undefined) return refusal('channel', channel_id, version, reason)
  }
  return undefined
}

/** A draft may have been edited since it was found to run. */
function brokenShadow(before: Source, after: Source, next: Snapshot): OrionError | undefined {
  for (const draft of after.shadows) {
    const { workflow_id, version, updated_at } = draft
    const isOld = before.shadows.some(
      old => old.workflow_id === workflow_id && old.version === version && old.updated_at === updated_at,
    )
    const issue = next.loadIssues.workflows.find(
      broken => broken.workflow_id === workflow_id && broken.version === version,
    )
    if (isOld || issue === undefined) continue
    const what = `workflow "${workflow_id}" version ${version}`
    return new OrionError('BAD_REQUEST', `Cannot run ${what} beside the active one: ${issue.reason}`)
  }
  return undefined
}

/** A version that gets another share of the traffic is as good as new: it may have had none. */
function serving({ workflow_id, version, rollout_percentage }: Workflow): string {
  return `${version} ${rollout_percentage} ${workflow_id}`
}

function refusal(kind: string, id: string, version: number, reason: string): OrionError {
  return new OrionError('BAD_REQUEST', `Cannot activate ${kind} "${id}" version ${version}: ${reason}`)
}
