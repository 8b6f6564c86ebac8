import { stubbedNames } from '../engine/cases/stubbed-names.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import { engineLimits } from '../engine/limits.ts'
import { nextTurn, TURN_MS } from '../std/next-turn.ts'
import { coverageOf, type FolderCoverage, isCovered } from './cases/case-coverage.ts'
import { type PlacedCase, readCaseFolder } from './cases/case-folder.ts'
import { casesJson } from './cases/case-json.ts'
import { countText, coverageText, resultsText } from './cases/case-text.ts'
import { junitXml } from './cases/junit.ts'
import { type CaseResult, CaseRunner } from './cases/run-cases.ts'
import { type Command, EXIT, type ExitCode, type Invocation, type Terminal } from './command.ts'
import { textReport } from './lint-report.ts'
import { readSettings } from './settings.ts'
import type { FileResult } from './source-file.ts'

export const test: Command = {
  name: 'test',
  summary: 'Run the cases of a folder of definitions',
  details: `Runs every case in the files *.case.json of the folder, wherever in it they are, or those whose name contains
NAME. A case gives a message to a workflow of workflows/ and says what must come of it: data, errors, tasks that
ran, calls that were made. Calls of connectors and calls that write are answered by the stubs of the case; one
without a stub fails it. Needs no server and no database, and reaches out to nothing. Prints what differs with its
place in the file, and which tasks and branches no case has seen. Exit code 1 when a case fails, when there is
none, when a file is wrong, or when too little is covered. docs/case-tests.md has the whole form of a case.`,
  example: 'orion-server test definitions --junit report.xml --min-coverage 90',
  operands: 'DIR [NAME]',
  flags: [
    { name: '--json', summary: 'One JSON object on standard output instead of text' },
    { name: '--junit', value: 'FILE', summary: 'Write a JUnit report, too' },
    {
      name: '--min-coverage',
      value: 'PERCENT',
      summary: 'Fail when less of the tasks or of the branches is covered; not with NAME',
    },
  ],
  async run(terminal, invocation) {
    const misuse = misuseOf(invocation)
    if (misuse === undefined) return run(terminal, invocation)
    terminal.stderr(`Error: ${misuse}\n\norion-server help test tells what there is.\n`)
    return EXIT.usage
  },
}

function misuseOf({ operands, values }: Invocation): string | undefined {
  const [, name, more] = operands
  if (more !== undefined) return `unexpected argument ${JSON.stringify(more)} after DIR and NAME`
  const percent = values.get('--min-coverage')
  if (percent === undefined) return undefined
  if (name !== undefined) return '"--min-coverage" makes no sense with NAME, which leaves cases out'
  if (/^\d{1,3}(\.\d+)?$/.test(percent) && Number(percent) <= 100) return undefined
  return `${JSON.stringify(percent)} is no value of "--min-coverage"; it must be a number from 0 to 100`
}

async function run(terminal: Terminal, invocation: Invocation): Promise<ExitCode> {
  const { config } = await readSettings(terminal, invocation)
  const [dir = '', name] = invocation.operands
  const functions = functionTable(builtInFunctions)
  const folder = await readCaseFolder(terminal, dir, stubbedNames(functions))
  const runner = new CaseRunner({
    functions,
    limits: engineLimits(config.engine),
    clock: terminal.clock,
    timeoutMs: config.engine.default_timeout_ms,
  })
  const wanted = folder.cases.filter(one => name === undefined || one.case.name.includes(name))
  const results = await runAll(wanted, runner, terminal)
  if (results === undefined) {
    terminal.stderr('Error: stopped before all cases had run\n')
    return EXIT.failed
  }
  const coverage = name === undefined ? coverageOf(folder.workflows, results, runner) : undefined
  const problems = [...folder.problems, ...runner.problems]
  await report(terminal, invocation, { results, problems, coverage })
  const isGood = problems.length === 0 && results.every(({ failures }) => failures.length === 0)
  return isGood && results.length > 0 && isEnough(invocation, coverage) ? EXIT.done : EXIT.failed
}

/** Undefined when a signal came first. */
async function runAll(
  cases: readonly PlacedCase[],
  runner: CaseRunner,
  { clock, nextSignal }: Terminal,
): Promise<CaseResult[] | undefined> {
  let isStopped = false
  void nextSignal().then(() => {
    isStopped = true
  })
  const results: CaseResult[] = []
  let beganMs = clock.monotonic()
  for (const one of cases) {
    results.push(await runner.run(one))
    if (clock.monotonic() - beganMs >= TURN_MS) {
      await nextTurn()
      beganMs = clock.monotonic()
    }
    if (isStopped) return undefined
  }
  return results
}

interface Tested {
  readonly results: readonly CaseResult[]
  readonly problems: readonly FileResult[]
  readonly coverage: FolderCoverage | undefined
}

async function report(terminal: Terminal, invocation: Invocation, tested: Tested): Promise<void> {
  const { results, problems, coverage } = tested
  const { values, flags, operands } = invocation
  if (flags.has('--json')) terminal.stdout(casesJson(results, problems, coverage))
  else tellPeople(terminal, tested)
  if (results.length === 0) terminal.stderr(`Error: ${nothingToRun(operands)}\n`)
  if (!isEnough(invocation, coverage)) {
    const percent = values.get('--min-coverage')
    terminal.stderr(`Error: less than ${percent} % of the tasks or of the branches is covered\n`)
  }
  const junit = values.get('--junit')
  if (junit !== undefined) await terminal.writeFile(junit, junitXml(results, problems))
}

function tellPeople(terminal: Terminal, { results, problems, coverage }: Tested): void {
  if (problems.length > 0) terminal.stderr(textReport(problems, false).stderr)
  if (results.length === 0) return
  const parts = [resultsText(results), ...(coverage === undefined ? [] : [coverageText(coverage)])]
  terminal.stdout(`${parts.join('\n')}\n${countText(results)}\n`)
}

function nothingToRun([dir, name]: readonly string[]): string {
  return name === undefined
    ? `there is no case in "${dir}"; cases are in files that end in .case.json`
    : `no case in "${dir}" has a name that contains ${JSON.stringify(name)}`
}

function isEnough({ values }: Invocation, coverage: FolderCoverage | undefined): boolean {
  const percent = values.get('--min-coverage')
  return percent === undefined || coverage === undefined || isCovered(coverage, Number(percent))
}
