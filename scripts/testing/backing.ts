import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backing } from '../backing/backing.ts'
import { BACKINGS } from '../backing/index.ts'
import { install } from '../backing/install.ts'
import { adviceOn, missingOf, ownUrl } from '../backing/missing.ts'
import { superviseHere } from '../backing/supervisor.ts'

export interface TestServices extends AsyncDisposable {
  /** Tells the test processes where the services are. */
  readonly env: Readonly<Record<string, string>>
  /** Services that should run and do not. */
  readonly failures: number
}

/**
 * Says which services tests have behind Orion. With `install`, what is missing comes from the package sources. With
 * `start` they run once for all test processes; otherwise each test process starts what it comes to need.
 */
export async function startServices(wanted: {
  readonly install: boolean
  readonly start: boolean
}): Promise<TestServices> {
  const all = Object.values(BACKINGS)
  const problems: string[] = []
  if (wanted.install) await install(missingOf(all)).catch(error => problems.push(reasonOf(error)))
  const missing = missingOf(all)
  if (missing.length > 0 && problems.length === 0)
    console.log(`  left out, as they are missing:\n${adviceOn(missing)}`)
  for (const backing of all.filter(one => ownUrl(one) !== undefined)) {
    console.log(`  ${backing.title} is the one of ${backing.urlVariable}`)
  }

  const states = await mkdtemp(join(tmpdir(), 'orion-services-'))
  const running = new AsyncDisposableStack()
  running.defer(() => rm(states, { recursive: true, force: true }))
  const ours = all.filter(backing => ownUrl(backing) === undefined && !missing.includes(backing))
  if (!wanted.start && ours.length > 0) {
    console.log(`  started when a test needs them: ${ours.map(({ title }) => title).join(', ')}`)
  }
  if (wanted.start) problems.push(...(await startAll(ours, states, running)))
  for (const problem of problems) console.error(`error: ${problem}`)
  return {
    env: { ORION_TEST_SERVICES: states },
    failures: problems.length,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** Answers what did not start. */
async function startAll(
  backings: readonly Backing[],
  states: string,
  running: AsyncDisposableStack,
): Promise<string[]> {
  const problems = await Promise.all(
    backings.map(async ({ name, title }) => {
      try {
        running.use(await superviseHere(name, states))
        console.log(`  ${title} runs`)
        return []
      } catch (error) {
        return [`${title} does not start: ${reasonOf(error)}`]
      }
    }),
  )
  return problems.flat()
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
