import type { Detail } from '../../errors.ts'
import { OrionError, validationError } from '../../errors.ts'
import type { JsonObject } from '../../std/json.ts'
import type { ImportAction, ImportKind, Step } from './import-kind.ts'

/** Problems that one answer lists; more of them help nobody. */
const MAX_PROBLEMS = 1000
/** Characters of ids that an audit row lists. */
const MAX_LISTED = 12_000

/** An item that cannot be taken. `problems` have paths from the root of the item. */
export interface Failure {
  readonly index: number
  readonly error: string
  readonly problems: readonly Detail[]
}

/** What became of one item, or would. */
export interface ImportedItem {
  readonly index: number
  readonly action: ImportAction | 'fail'
  readonly id?: string
  readonly version?: number
}

/** The answer to an import. `imported` counts what was written. */
export interface ImportReport {
  readonly dry_run?: true
  readonly would_create?: number
  readonly would_update?: number
  readonly would_fail?: number
  readonly imported: number
  readonly failed: number
  readonly skipped: number
  readonly unchanged: number
  readonly errors: readonly { readonly index: number; readonly error: string }[]
  readonly items: readonly ImportedItem[]
}

/** What was decided about the items, each by its index. */
export interface Plan<Kept extends Step> {
  readonly steps: ReadonlyMap<number, Kept>
  readonly failures: readonly Failure[]
}

export function importReport({ steps, failures }: Plan<Step>, dryRun: boolean): ImportReport {
  const count = (...actions: readonly ImportAction[]) =>
    [...steps.values()].filter(({ action }) => actions.includes(action)).length
  const failed = failures.length
  const created = count('create')
  const updated = count('new_version', 'update')
  return {
    ...(dryRun && { dry_run: true, would_create: created, would_update: updated, would_fail: failed }),
    imported: dryRun ? 0 : created + updated,
    failed,
    skipped: count('skip'),
    unchanged: count('unchanged'),
    errors: failures.map(({ index, error }) => ({ index, error })),
    items: [
      ...[...steps].map(([index, { action, id, idIsMade, version }]) => ({
        index,
        action,
        // The real one is made when it is written.
        ...(!(dryRun && idIsMade) && { id }),
        ...(version !== undefined && { version }),
      })),
      ...failures.map(({ index }) => ({ index, action: 'fail' as const })),
    ].toSorted((a, b) => a.index - b.index),
  }
}

/** What an import is refused with when one item is wrong: every problem under `[i]`, and the count beside it. */
export function importRefusal(failures: readonly Failure[], dryRun: boolean): OrionError {
  const details = failures
    .flatMap(({ index, problems }) =>
      problems.map(problem => ({ ...problem, path: pathOf(index, problem.path) })),
    )
    .slice(0, MAX_PROBLEMS)
  const { code, message } = validationError(details)
  const beside = { ...(dryRun && { dry_run: true }), imported: 0, failed: failures.length }
  return new OrionError(code, message, { details, beside })
}

function pathOf(index: number, path: string): string {
  return path === '' ? `[${index}]` : `[${index}].${path}`
}

/** What an audit row tells of an import: ids with their versions, as many as fit. */
export function importedFields(kind: ImportKind['name'], steps: Iterable<Step>): JsonObject {
  const fields = { created: [] as string[], updated: [] as string[], not_listed: 0 }
  let room = MAX_LISTED
  for (const { action, id, version, statement } of steps) {
    if (statement === undefined) continue
    const text = kind === 'connector' || version === undefined ? id : `${id} version ${version}`
    room -= text.length + 3
    if (room < 0) fields.not_listed++
    else if (action === 'create') fields.created.push(text)
    else fields.updated.push(text)
  }
  return fields
}
