import { test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseExactly } from '../../src/std/exact-values.ts'

const ROOT = process.env.ORION_SUITES ?? join(import.meta.dir, '../../../shared/suites')
const AT_HAND = existsSync(ROOT)

/** `test`, skipped where the recorded suites are not at hand; `ORION_SUITES` names another folder. */
export const testWithSuites = test.skipIf(!AT_HAND)

/** Where one file of the suites lies, or would. */
export function suitePath(path: string): string {
  return join(ROOT, path)
}

/** Text of one file of the suites; undefined where they are not at hand. */
export function suiteText(path: string): string | undefined {
  return AT_HAND ? readFileSync(suitePath(path), 'utf8') : undefined
}

/** The lines of a `.jsonl` file as values. */
export function suiteLines<Line>(path: string, read: (value: unknown) => Line): Line[] {
  const text = suiteText(path)
  if (text === undefined) return []
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => read(parseExactly(line)))
}
