import type { Principal } from '../../auth/principal.ts'
import { OrionError, validationError } from '../../errors.ts'
import { timestamp } from '../../std/clock.ts'
import { isObject, type Json } from '../../std/json.ts'
import { Turns } from '../../std/turns.ts'
import type { Statement } from '../../storage/store.ts'
import { commitDeed } from '../journal.ts'
import type { Parts } from '../parts.ts'
import { retryOnce, type Superseded } from '../retry.ts'
import { importItems } from './import-items.ts'
import type { ImportKind, OnConflict, Planned, Planner, Step } from './import-kind.ts'
import {
  type Failure,
  type ImportReport,
  importedFields,
  importRefusal,
  importReport,
  type Plan,
} from './import-report.ts'

export interface ImportOptions {
  readonly onConflict: OnConflict
  /** Whether one item that is wrong keeps all others out. */
  readonly atomic: boolean
  /** Whether everything is checked and nothing written. */
  readonly dryRun: boolean
}

/**
 * Takes many definitions of one kind at once. What is fine is written in one transaction with one audit row; nothing
 * is when an item is wrong and the import is atomic. An item that fails never undoes its neighbours otherwise: it is
 * found before anything is written, and who is overtaken by another change decides once more.
 */
export async function importDefinitions<Kept extends Step>(
  kind: ImportKind<Kept>,
  parts: Parts,
  { by, body, options }: { by: Principal; body: unknown; options: ImportOptions },
): Promise<ImportReport> {
  const items = importItems(body)
  return retryOnce(`the ${kind.name}s of this import`, async superseded => {
    const decide = async (): Promise<Planned<Kept, ImportReport>> => {
      const plan = await planOf(kind, items, { options, superseded, parts })
      if (options.atomic && plan.failures.length > 0) throw importRefusal(plan.failures, options.dryRun)
      return {
        steps: [...plan.steps.values()],
        commit: () => commitPlan(kind, parts, { by, plan }),
        result: importReport(plan, options.dryRun),
      }
    }
    return options.dryRun ? (await decide()).result : kind.carryOut(items, decide)
  })
}

interface Planning {
  readonly options: ImportOptions
  readonly superseded: Superseded
  readonly parts: Parts
}

/** Decides about every item, in turns of the event loop. */
async function planOf<Kept extends Step>(
  kind: ImportKind<Kept>,
  items: readonly Json[],
  { options, superseded, parts: { clock } }: Planning,
): Promise<Plan<Kept>> {
  const planner = kind.planner(options.onConflict, timestamp(clock.now()), superseded)
  const steps = new Map<number, Kept>()
  const failures: Failure[] = []
  const turns = new Turns(clock)
  for (const [index, item] of items.entries()) {
    await turns.restIfDue()
    const step = await stepOf(planner, item, index)
    if ('problems' in step) failures.push(step)
    else steps.set(index, step)
  }
  return { steps, failures }
}

async function stepOf<Kept extends Step>(
  planner: Planner<Kept>,
  item: Json,
  index: number,
): Promise<Kept | Failure> {
  try {
    if (isObject(item)) return await planner(item)
    const message = 'A definition must be a JSON object'
    throw validationError([{ path: '', code: 'TYPE_MISMATCH', message, expected: 'an object' }])
  } catch (error) {
    if (!(error instanceof OrionError) || error.code !== 'VALIDATION_ERROR') throw error
    return { index, error: error.message, problems: error.details ?? [] }
  }
}

async function commitPlan(
  { name }: ImportKind,
  parts: Parts,
  { by, plan }: { by: Principal; plan: Plan<Step> },
): Promise<void> {
  const steps = [...plan.steps.values()]
  const statements = steps.flatMap(({ statement }): Statement[] =>
    statement === undefined ? [] : [statement],
  )
  if (statements.length === 0) return
  const after = importedFields(name, steps)
  const id = `${statements.length} imported`
  await commitDeed(parts, statements, { by, action: 'import', type: name, id, after })
}
