import { buildBinary } from '../../scripts/build.ts'
import { measureMemory, measureStart, measureWal } from './figures.ts'
import { readOptions } from './options.ts'
import { measureReload } from './reload-figures.ts'
import {
  comparisons,
  describeMachine,
  type Figure,
  makeRow,
  printFigures,
  printRows,
  type Report,
  type Row,
} from './report.ts'
import { type Scenario, TRACE_MODES } from './scenario.ts'
import { LOG, SCENARIOS, TIERS } from './scenarios.ts'
import { type Subject, startBare, startSubject } from './subjects.ts'
import { type Measurement, runWrk } from './wrk.ts'

const CONNECTIONS = 50
const WARM_UP_SECONDS = 1
const MORE_CONNECTIONS = [1, 10, 100]
const WAL_SECONDS = 300

const options = readOptions(process.argv.slice(2))
const wants = (name: string) => options.only === undefined || name.includes(options.only)

interface Run {
  readonly subject: Subject
  readonly connections: number
  readonly rounds: Measurement[]
}

/** Measures every subject in turn, round after round, so that what disturbs the machine disturbs all of them. */
async function measureScenarios(
  scenarios: readonly Scenario[],
  connections: readonly number[],
): Promise<Row[]> {
  if (scenarios.length === 0) return []
  await using servers = new AsyncDisposableStack()
  const bare = servers.use(await startBare())
  const subjects = [bare]
  const far = bare.target.url
  if (scenarios.some(({ callsOut }) => callsOut)) subjects.push(servers.use(await startBare(far)))
  for (const scenario of scenarios) {
    for (const traces of scenario.modes ?? TRACE_MODES)
      subjects.push(servers.use(await startSubject(scenario, traces, far)))
  }
  for (const subject of subjects) await measure(subject, CONNECTIONS, WARM_UP_SECONDS)
  const runs: Run[] = connections.flatMap(count =>
    subjects.map(subject => ({ subject, connections: count, rounds: [] })),
  )
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`round ${round} of ${options.rounds}`)
    for (const run of runs) run.rounds.push(await measure(run.subject, run.connections, options.seconds))
  }
  return runs.map(run => {
    const yardstick = runs.find(
      ({ subject, connections: count }) => subject === bare && count === run.connections,
    )
    return makeRow(run.subject, run.connections, run.rounds, yardstick?.rounds ?? [])
  })
}

async function measure(subject: Subject, connections: number, seconds: number): Promise<Measurement> {
  const { target, traffic, scenario } = subject
  const load = runWrk(target, traffic, { connections, seconds })
  if (scenario?.reloadEveryMs === undefined) return load
  const reloading = setInterval(() => {
    fetch(`${target.url}/api/v1/admin/engine/reload`, { method: 'POST' }).then(
      ({ ok, status }) => ok || console.error(`a reload answered ${status}`),
      (error: unknown) => console.error('a reload failed:', error),
    )
  }, scenario.reloadEveryMs)
  return load.finally(() => clearInterval(reloading))
}

async function measureFigures(): Promise<Figure[]> {
  const figures: Figure[] = []
  if (wants('start')) figures.push(await measureStart())
  if (wants('catalog')) figures.push(...(await measureReload()))
  if (wants('memory')) figures.push(...(await measureMemory(TIERS, options.full)))
  if (wants('wal') && options.full) figures.push(await measureWal(TIERS, WAL_SECONDS))
  return figures
}

await buildBinary()
const machine = describeMachine()
console.log(`${machine}; Bun ${Bun.version}; ${options.rounds} rounds of ${options.seconds} s, medians`)
const rows = await measureScenarios(
  SCENARIOS.filter(({ name }) => wants(name)),
  [CONNECTIONS],
)
printRows(rows)
printFigures(comparisons(rows))
if (options.full && wants(LOG.name)) {
  const more = await measureScenarios([LOG], MORE_CONNECTIONS)
  printRows(more)
  rows.push(...more)
}
const figures = await measureFigures()
printFigures(figures)

const { rounds, seconds } = options
const report: Report = { machine, bun: Bun.version, rounds, seconds, rows, figures }
await Bun.write(options.out, `${JSON.stringify(report, null, 2)}\n`)
console.log(`written to ${options.out}`)
