import { failureOf } from '../dispatch/failure.ts'
import { type DryRun, type DryRunNeeds, dryRun } from '../engine/dry-run.ts'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import type { TaskLog } from '../engine/functions-api.ts'
import { engineLimits } from '../engine/limits.ts'
import type { WorkflowDefinition } from '../engine/workflow.ts'
import { HIDDEN } from '../expression/explain/show.ts'
import { isObject, type Json, own } from '../std/json.ts'
import { atOnce } from '../std/portions.ts'
import { workflowProblems } from '../workflow/check.ts'
import { type Command, EXIT, type Terminal } from './command.ts'
import { dryRunText } from './dry-run-text.ts'
import { type JsonFile, problemLines, readJsonFile } from './json-file.ts'
import { loadSettings } from './settings.ts'
import { workflowOfDocument } from './workflow-document.ts'

export const dryRunCommand: Command = {
  name: 'dry-run',
  summary: 'Run a workflow on an input, without a server',
  details: `Reads a workflow as it would be posted to /api/v1/admin/workflows, and the body of a request: {"data": ...}, with
"metadata" if need be; any other JSON is taken as the data itself. Nothing is stored. Prints whether a task was
executed, the message after each task, the data at the end and the errors; with --explain also what each condition
and mapping saw, what came of it, and why. Exit code 1 when the workflow is not valid or its run fails.`,
  example: 'orion-server dry-run -w orders.json -i order.json --explain --format text',
  flags: [
    { name: '--workflow', short: '-w', value: 'FILE', required: true, summary: 'The workflow, as JSON' },
    { name: '--input', short: '-i', value: 'FILE', required: true, summary: 'The message, as JSON' },
    { name: '--explain', summary: 'Tell of each condition and mapping how it came about' },
    {
      name: '--format',
      value: 'FORMAT',
      choices: ['json', 'text'],
      summary: 'json (the default) for programs, text for people',
    },
  ],
  async run(terminal, invocation) {
    const { config } = await loadSettings(terminal, invocation)
    const { values, flags } = invocation
    const workflowFile = await readJsonFile(terminal, values.get('--workflow') ?? '')
    const inputFile = await readJsonFile(terminal, values.get('--input') ?? '')
    const needs: DryRunNeeds = {
      functions: functionTable(builtInFunctions),
      limits: engineLimits(config.engine),
      clock: terminal.clock,
      log: logTo(terminal),
      invalidate: () => [],
      newId: () => 'dry-run',
      timeoutMs: config.engine.default_timeout_ms,
      vars: config.vars,
      secrets: () => () => ({ value: HIDDEN }),
    }
    const definition = readDefinition(workflowFile, needs)
    const request = { ...readMessage(inputFile.value), explain: flags.has('--explain') }
    const ran = await dryRun(definition, request, needs)
    const error = errorOf(ran, definition, needs)
    const isText = values.get('--format') === 'text'
    const report = { ...(error !== undefined && { error }), ...ran.report }
    terminal.stdout(
      isText ? dryRunText(definition, ran.report, error) : `${JSON.stringify(report, null, 2)}\n`,
    )
    return error === undefined ? EXIT.done : EXIT.failed
  },
}

/** Throws with the place of every problem. */
function readDefinition(file: JsonFile, { functions, limits }: DryRunNeeds): WorkflowDefinition {
  const { value } = file
  if (!isObject(value)) throw new Error(`${file.path}:1:1: a workflow must be an object`)
  const problems = atOnce(workflowProblems(value, { functions, limits }))
  if (problems.length > 0) {
    const lines = problemLines(file, problems).map(line => `\n  ${line}`)
    throw new Error(`The workflow is not valid${lines.join('')}`)
  }
  return workflowOfDocument(value)
}

/** The body of a request, or the data alone. */
function readMessage(input: Json): { data: Json; metadata?: Json | undefined } {
  if (!isObject(input) || !Object.hasOwn(input, 'data')) return { data: input }
  const isEnvelope = Object.keys(input).every(key => key === 'data' || key === 'metadata')
  return isEnvelope ? { data: own(input, 'data') ?? null, metadata: own(input, 'metadata') } : { data: input }
}

function errorOf(
  { outcome }: DryRun,
  { name }: WorkflowDefinition,
  { timeoutMs }: DryRunNeeds,
): { code: string; message: string } | undefined {
  const failure = failureOf(outcome, { name, timeoutMs })
  return failure && { code: failure.error.code, message: failure.text }
}

/** Lines of `log` tasks go beside the report. */
function logTo(terminal: Terminal): TaskLog {
  return {
    enabled: level => level !== 'trace' && level !== 'debug',
    write: (level, line) => terminal.stderr(`${level}: ${line}\n`),
  }
}
