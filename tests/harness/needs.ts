import { test } from 'bun:test'
import type { BackingName } from '../../scripts/backing/backing.ts'
import { BACKINGS } from '../../scripts/backing/index.ts'
import { ownUrl } from '../../scripts/backing/missing.ts'

/** What some tests need beside this checkout. */
const NEEDS = {
  chromium: () => Bun.which('chromium') ?? Bun.which('chromium-browser') ?? Bun.which('google-chrome'),
  wrk: () => Bun.which('wrk'),
  postgres: () => anyOf('postgres'),
  mysql: () => anyOf('mariadb'),
  redis: () => anyOf('redis'),
  // Programs of this machine, for tests that stop and kill them.
  'private postgres': () => BACKINGS.postgres.find(),
  'private mysql': () => BACKINGS.mariadb.find(),
  'private redis': () => BACKINGS.redis.find(),
} as const

export type Need = keyof typeof NEEDS

/** Where that program is on this machine; undefined when it is missing. */
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

/** The tester's own, or the program to start one. */
function anyOf(name: BackingName): string | undefined {
  return ownUrl(BACKINGS[name]) ?? BACKINGS[name].find()
}

/** True in the long tier (`./scripts/test --full`): more rounds of the same, never another promise. */
export const longTier = process.env.ORION_TEST_FULL === '1'
