import type { CompiledWorkflow } from '../engine/workflow.ts'
import type { Portions } from '../std/portions.ts'
import type { Unreadable } from '../storage/store.ts'
import type { Workflow } from '../workflow/definition.ts'
import { SECRET_OPERATOR, type SecretLookup } from '../workflow/secret-operator.ts'
import type { LoadIssues } from './live.ts'
import type { Pace } from './pace.ts'
import { metadataNeeds } from './rehearsal/kept-metadata.ts'
import { type Candidate, type CompiledOutcome, outcomeOf } from './sides.ts'
import type { CompiledByHash } from './snapshot.ts'

export interface CompiledSet {
  readonly byId: ReadonlyMap<string, CompiledOutcome>
  readonly byHash: CompiledByHash
  readonly issues: LoadIssues['workflows']
}

export type Compile = (workflow: Workflow, secrets: SecretLookup) => Portions<CompiledWorkflow>

/** A row that is active, or one that cannot be read. */
type Stored = Workflow | Unreadable

/**
 * Compiles the active versions of each workflow that answer: two at most, the highest ones. What has been compiled
 * before is taken from `previous`, unless it may name secrets and `stamp` is another one since.
 */
export async function compileWorkflows(
  workflows: readonly Workflow[],
  unreadable: readonly Unreadable[],
  previous: CompiledByHash,
  compile: (workflow: Workflow) => Portions<CompiledWorkflow>,
  stamp: () => string,
  pace: Pace,
): Promise<CompiledSet> {
  const byId = new Map<string, CompiledOutcome>()
  const byHash = new Map<string, CompiledWorkflow | string>()
  const issues: LoadIssues['workflows'] = []
  const candidate = async (stored: Stored): Promise<Candidate> => {
    const { version } = stored
    if ('reason' in stored) return { version, share: undefined, side: stored.reason }
    const content = contentOf(stored)
    const hash = Bun.SHA256.hash(content, 'base64')
    const key = mayNameSecrets(content) ? `${hash} ${stamp()}` : hash
    const workflow = previous.get(key) ?? byHash.get(key) ?? (await attempt(compile(stored), pace))
    byHash.set(key, workflow)
    if (typeof workflow === 'string') return { version, share: stored.rollout_percentage, side: workflow }
    const side = { version, workflow, definition: stored, hash, keeps: metadataNeeds(workflow.reads) }
    return { version, share: stored.rollout_percentage, side }
  }
  for (const [id, versions] of grouped(workflows, unreadable)) {
    if (pace.isDue()) await pace.rest()
    const [first, second, ...surplus] = versions
    const newer = await candidate(first)
    const older = second && (await candidate(second))
    byId.set(id, outcomeOf(newer, older))
    for (const { version, side } of older === undefined ? [newer] : [newer, older]) {
      if (typeof side === 'string') issues.push({ workflow_id: id, version, reason: side })
    }
    if (older !== undefined) issues.push(...oddShares(id, newer, older))
    for (const { version } of surplus) issues.push({ workflow_id: id, version, reason: SURPLUS })
  }
  return { byId, byHash, issues }
}

const SURPLUS = 'Two higher versions are active as well and answer alone'

/** Versions of each id, newest first. */
function grouped(
  workflows: readonly Workflow[],
  unreadable: readonly Unreadable[],
): Map<string, [Stored, ...Stored[]]> {
  const byId = new Map<string, [Stored, ...Stored[]]>()
  const add = (id: string, row: Stored) => {
    const rows = byId.get(id)
    if (rows === undefined) byId.set(id, [row])
    else rows.push(row)
  }
  for (const row of unreadable) add(row.id, row)
  for (const row of workflows) add(row.workflow_id, row)
  for (const rows of byId.values()) if (rows.length > 1) rows.sort((a, b) => b.version - a.version)
  return byId
}

/** Only a database that something else wrote to has them. */
function oddShares(id: string, newer: Candidate, older: Candidate): LoadIssues['workflows'] {
  if (newer.share === undefined || older.share === undefined) return []
  if (newer.share + older.share === 100) return []
  const both = `${newer.share} and ${older.share} percent of the traffic`
  const reason = `Versions ${newer.version} and ${older.version} are active with ${both}; the former has its part, the latter the rest`
  return [{ workflow_id: id, version: older.version, reason }]
}

/** Exactly what `compileWorkflow` reads, so that a new version with old content is not compiled again. */
export function contentHash(workflow: Workflow): string {
  return Bun.SHA256.hash(contentOf(workflow), 'base64')
}

function contentOf(workflow: Workflow): string {
  const { workflow_id, name, priority, condition, tasks, continue_on_error, loop } = workflow
  return JSON.stringify([workflow_id, name, priority, condition, tasks, continue_on_error, loop])
}

function mayNameSecrets(content: string): boolean {
  return content.includes(`"${SECRET_OPERATOR}"`)
}

/** Whatever goes wrong with one stored workflow is the reason why its channels are quarantined, not the end of the build. */
export async function attempt<Result>(work: Portions<Result>, pace: Pace): Promise<Result | string> {
  for (;;) {
    try {
      const next = work.next()
      if (next.done === true) return next.value
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    await pace.restIfDue()
  }
}
