import { test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/root.ts'

/** What some tests need beside this checkout. */
const NEEDS = {
  chromium: () => Bun.which('chromium') ?? Bun.which('chromium-browser') ?? Bun.which('google-chrome'),
  wrk: () => Bun.which('wrk'),
  suites: () => existingFolder(join(ROOT, '../shared/suites')),
} as const

type Need = keyof typeof NEEDS

/** Where it is on this machine: a program or a folder; undefined when it is missing. */
export function whereIs(need: Need): string | undefined {
  return NEEDS[need]() ?? undefined
}

/**
 * `test`, skipped when this machine lacks something. `./scripts/test` names what was skipped, and with CI=true takes it
 * for a failure.
 */
export function testNeeding(...needs: readonly Need[]) {
  return test.skipIf(needs.some(need => whereIs(need) === undefined))
}

/** True in the long tier (`./scripts/test --full`): more rounds of the same, never another promise. */
export const longTier = process.env.ORION_TEST_FULL === '1'

function existingFolder(path: string): string | null {
  return existsSync(path) ? path : null
}
