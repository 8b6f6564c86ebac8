import type { Check, Finding } from './checks/check.ts'
import { CHECKS } from './checks/index.ts'

/** What became of the checks that were run. */
export interface CheckTotals {
  readonly passed: number
  readonly failed: number
}

/** Runs checks side by side and reports each on one line, the problems of a failed one below it. */
export async function runChecks(checks: readonly Check[]): Promise<CheckTotals> {
  const findings = checks.map(check => ({ check, finding: findOrFail(check) }))
  let failed = 0
  for (const { check, finding } of findings) {
    const { note, problems } = await finding
    if (problems.length > 0) failed++
    console.log(`  ${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${check.name.padEnd(10)} ${note}`)
    for (const problem of problems) console.log(`        ${problem}`)
  }
  return { passed: checks.length - failed, failed }
}

/** A check that cannot be run has failed, and the others go on. */
async function findOrFail(check: Check): Promise<Finding> {
  try {
    return await check.run()
  } catch (error) {
    return { note: 'cannot be run', problems: [error instanceof Error ? error.message : String(error)] }
  }
}

if (import.meta.main) {
  const names = process.argv.slice(2)
  const wanted = CHECKS.filter(check => names.length === 0 || names.includes(check.name))
  const { failed } = await runChecks(wanted)
  process.exitCode = failed === 0 ? 0 : 1
}
