import type { Detail, DetailCode } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import { glimpse } from './glimpse.ts'

/** Violations that one answer lists. */
const MAX_DETAILS = 100

/** What is wrong with a value, found so far. */
export class Report {
  readonly details: Detail[] = []

  get isFull(): boolean {
    return this.details.length >= MAX_DETAILS
  }

  add(detail: Detail): void {
    if (!this.isFull) this.details.push(detail)
  }

  /** A value that must be something else. */
  mismatch(path: string, code: DetailCode, expected: string, value: Json): void {
    this.add({ path, code, message: `must be ${expected}`, expected, got: glimpse(value) })
  }
}
