import { type Detail, OrionError, validationError } from '../../errors.ts'
import { excerpt } from '../../std/excerpt.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Statement } from '../../storage/store.ts'
import type { Deed } from '../audit.ts'
import type { Superseded } from '../retry.ts'

/** What an import does with a definition that is there already. */
export const ON_CONFLICT = ['fail', 'skip', 'new_version'] as const
export type OnConflict = (typeof ON_CONFLICT)[number]

/** What becomes of one item; only the first three write. */
export const IMPORT_ACTIONS = ['create', 'new_version', 'update', 'unchanged', 'skip'] as const
export type ImportAction = (typeof IMPORT_ACTIONS)[number]

/** What is decided about one item that is fine. */
export interface Step {
  readonly action: ImportAction
  readonly id: string
  /** True when the item names none. */
  readonly idIsMade?: boolean
  /** Of a kind that has versions: the one that is written, or that stays. */
  readonly version?: number
  /** Undefined when nothing is written. */
  readonly statement?: Statement
}

/** Decides about items one after another, each against storage and those before it; throws VALIDATION_ERROR for one that cannot be taken. */
export type Planner<Kept extends Step> = (item: JsonObject) => Promise<Kept>

/** What is decided about a whole import. */
export interface Planned<Kept extends Step, Result> {
  readonly steps: readonly Kept[]
  commit(): Promise<void>
  readonly result: Result
}

/** What tells the kinds apart in an import. */
export interface ImportKind<Kept extends Step = Step> {
  readonly name: Exclude<Deed['type'], 'engine' | 'cache'>
  /** For the items of one import; `at` is its time. */
  planner(onConflict: OnConflict, at: string, superseded: Superseded): Planner<Kept>
  /** Decides and commits while nobody else of this process changes what the items name. */
  carryOut<Result>(items: readonly unknown[], decide: () => Promise<Planned<Kept, Result>>): Promise<Result>
}

/** An id or a name that an item before has. */
export function repeated(path: string, value: string): Detail {
  const message = `'${excerpt(value)}' is in this import before; one import takes each once`
  return { path, code: 'DUPLICATE', message, got: excerpt(value) }
}

/** An id or a name that is taken; `subject` is quoted: `Workflow 'orders'`. */
export function taken(path: string, value: string, subject: string): Detail {
  const expected = 'another one, or on_conflict=skip or new_version'
  return { path, code: 'DUPLICATE', message: `${subject} already exists`, expected, got: excerpt(value) }
}

/** What an item is compared with. Throws VALIDATION_ERROR for `path` when it is stored and cannot be read. */
export async function comparable<Row>(path: string, read: Promise<Row>): Promise<Row> {
  try {
    return await read
  } catch (error) {
    if (!(error instanceof OrionError && error.code === 'INTERNAL_ERROR')) throw error
    throw validationError([{ path, code: 'INVALID_FORMAT', message: `${error.message}; delete it first` }])
  }
}
