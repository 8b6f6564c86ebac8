import type { Detail } from '../../errors.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Turns } from '../../std/turns.ts'
import type { Statement } from '../../storage/store.ts'
import type { Deed } from '../audit.ts'
import type { Superseded } from '../retry.ts'
import type { PlannedChange } from './definition.ts'

/** What planning works with. */
export interface PlanningNeeds {
  readonly newId: () => string
  /** Time of everything that this apply writes. */
  readonly at: string
  readonly turns: Turns
  readonly superseded: Superseded
}

/** One change: what is told of it, what is written, and what the audit row compares. */
export interface Planned {
  readonly told: PlannedChange
  readonly statements: readonly Statement[]
  readonly deed: Omit<Deed, 'by' | 'action'>
}

/** What is to be done to the definitions of one kind. */
export interface KindPlan<Row> {
  /** Run before those of the changes. */
  readonly preparations: readonly Statement[]
  /** Their statements are run in this order. */
  readonly changes: readonly Planned[]
  /** Of a changed definition its id and what of it is loaded then; undefined: nothing. */
  readonly loaded: ReadonlyMap<string, Row | undefined>
  /** Listed definitions that are as they shall be. */
  readonly unchanged: number
  /** Paths are from the root of the body. */
  readonly problems: readonly Detail[]
}

/** Paths of a definition's problems as the body has them. */
export function within(path: string, details: readonly Detail[]): Detail[] {
  return details.map(detail => ({
    ...detail,
    path: detail.path === '' ? path : `${path}.${detail.path}`,
  }))
}

/** A content as text: equal for what is stored the same, the order of keys included. */
export function contentText(content: JsonObject): string {
  return JSON.stringify(content)
}
