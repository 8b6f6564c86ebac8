import { Glob } from 'bun'
import { buildBinary } from './build.ts'
import { runChecks } from './check.ts'
import { CHECKS } from './checks/index.ts'
import { ROOT } from './root.ts'
import { startServices } from './testing/backing.ts'
import { type BunTestResult, bunTest } from './testing/bun-test.ts'

const USAGE = `Usage: ./scripts/test [NAME] [--full]

Runs every check and test that needs nothing but this checkout and what is at hand, and names what it left out.

  ./scripts/test orders    only checks and tests whose name, or file, contains "orders"
  ./scripts/test --full    the long tier too: thousands of kills, soak, fuzz
`

/** What is missing is got, and a failure where it cannot be. */
const STRICT = process.env.CI === 'true'
/** One of our tests may start a server or two; none hangs for longer than this. */
const TEST_TIMEOUT_MS = 120_000
const LONG_TEST_TIMEOUT_MS = 3_600_000

interface Wanted {
  readonly name: string | undefined
  readonly full: boolean
}

interface Totals {
  passed: number
  failed: number
  /** Tests that this machine cannot run, by name. */
  leftOut: string[]
}

async function runEverything({ name, full }: Wanted): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0, leftOut: [] }
  const checks = CHECKS.filter(check => name === undefined || check.name.includes(name))
  if (checks.length > 0) {
    console.log('==> Checks')
    const { passed, failed } = await runChecks(checks)
    totals.passed += passed
    totals.failed += failed
  }

  console.log('==> The executable')
  await build(totals)

  console.log('==> Services')
  await using services = await startServices({ install: STRICT, start: name === undefined })
  totals.failed += services.failures

  const env = { ORION_TEST_FULL: full ? '1' : '', ...services.env }
  const timeoutMs = full ? LONG_TEST_TIMEOUT_MS : TEST_TIMEOUT_MS
  for (const [title, pattern] of [
    ['Unit tests', '{src,scripts}/**/*.test.ts'],
    [full ? 'Whole-app tests, the long tier too' : 'Whole-app tests', 'tests/**/*.test.ts'],
  ] as const) {
    console.log(`==> ${title}`)
    const files = [...new Glob(pattern).scanSync({ cwd: ROOT })].sort()
    const inName = files.filter(file => name === undefined || file.includes(name))
    add(totals, await bunTest({ files: inName, timeoutMs, env }))
    if (name === undefined) continue
    const others = files.filter(file => !inName.includes(file))
    add(totals, await bunTest({ files: others, nameContains: name, timeoutMs, env }))
  }
  return totals
}

async function build(totals: Totals): Promise<void> {
  try {
    console.log((await buildBinary()) ? '  built dist/orion-server' : '  dist/orion-server is up to date')
  } catch (error) {
    totals.failed++
    console.error(error instanceof Error ? error.message : error)
  }
}

function add(totals: Totals, { cases, strayFailures }: BunTestResult): void {
  totals.failed += strayFailures
  for (const { file, name, outcome } of cases) {
    if (outcome === 'passed') totals.passed++
    else if (outcome === 'failed') totals.failed++
    else totals.leftOut.push(`${file}: ${name}`)
  }
}

/** Says what was left out and how it went; the last line is `N passed, N failed`. Answers the exit code. */
function report({ passed, failed, leftOut }: Totals, { name, full }: Wanted): number {
  if (!full) console.log('==> Left out: the long tier (./scripts/test --full)')
  if (leftOut.length > 0) {
    console.log(`==> Left out${STRICT ? ', which CI=true makes a failure' : ''}:`)
    for (const test of leftOut) console.log(`  ${test}`)
  }
  const nothing = passed + failed + leftOut.length === 0
  if (nothing) console.log(`error: no check and no test has a name that contains "${name}"`)
  const failures = failed + (STRICT ? leftOut.length : 0)
  const skipped = !STRICT && leftOut.length > 0 ? `, ${leftOut.length} skipped` : ''
  console.log(`\n${passed} passed, ${failures} failed${skipped}`)
  return failures > 0 || nothing ? 1 : 0
}

function readArguments(args: readonly string[]): Wanted {
  const [name, ...rest] = args.filter(arg => arg !== '--full')
  if (name === '--help' || name === '-h') {
    console.log(USAGE)
    process.exit(0)
  }
  if (rest.length > 0 || name?.startsWith('-')) {
    console.error(USAGE)
    process.exit(2)
  }
  return { name, full: args.includes('--full') }
}

const wanted = readArguments(process.argv.slice(2))
process.exitCode = report(await runEverything(wanted), wanted)
