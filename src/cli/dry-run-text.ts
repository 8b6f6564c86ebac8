import type { DryRun } from '../engine/dry-run.ts'
import type { ExplainedLogic } from '../engine/explain/explainer.ts'
import type { WorkflowDefinition } from '../engine/workflow.ts'
import type { ExplainedStep } from '../expression/explain/explanation.ts'
import { ruleText } from '../expression/explain/rule-text.ts'
import { valueText } from '../expression/explain/sentence.ts'

type Report = DryRun['report']
type Step = Report['trace']['steps'][number]

const MAX_STEPS = 8
/** Results of tasks that did something. */
const RAN: ReadonlySet<string> = new Set(['executed', 'halted', 'failed'])

/** A dry run for people. */
export function dryRunText(
  { workflow_id }: WorkflowDefinition,
  { trace, output, errors }: Report,
  error: { code: string; message: string } | undefined,
): string {
  const verdict = error === undefined ? '' : `, and failed: ${error.message} (${error.code})`
  const lines = [
    `Workflow "${workflow_id}": ${counts(trace.steps)}${verdict}`,
    '',
    ...trace.steps.flatMap(stepLines),
    '',
    `output ${JSON.stringify(output)}`,
    ...errors.map(({ code, message }) => `error ${code}: ${message}`),
  ]
  return `${lines.join('\n')}\n`
}

/** `2 tasks executed, 1 skipped` */
function counts(steps: readonly Step[]): string {
  const skipped = steps.filter(({ result }) => result === 'skipped').length
  const executed = steps.filter(({ result = '' }) => RAN.has(result)).length
  return `${executed} ${executed === 1 ? 'task' : 'tasks'} executed, ${skipped} skipped`
}

function stepLines({ task_id, result = 'skipped', loop_counter, explain = [] }: Step): string[] {
  const what = task_id ?? (result === 'ended' ? 'the loop' : 'the workflow itself')
  const name = loop_counter === undefined ? what : `${what}, sweep ${loop_counter}`
  return [
    `${name}: ${result.replaceAll('_', ' ')}`,
    ...explain.flatMap(logic => logicLines(logic, task_id)).map(line => `  ${line}`),
  ]
}

/** What was evaluated and what came of it; below, the rule and what it saw. */
function logicLines(logic: ExplainedLogic, taskId: string | null | undefined): string[] {
  const { expression, because = '', note } = logic
  const rule = ruleText(expression)
  const lines = [
    ['rule', rule],
    // What is said of the whole rule stands in its result and its variables.
    ...(because === '' || because.startsWith(`${rule} is`) ? [] : [['why', because]]),
    ...(note === undefined ? [] : [['note', note]]),
    ...stepTexts(logic).map(text => ['step', text]),
    ...Object.entries(logic.variables).map(([name, value]) => [
      'with',
      `${name === '' ? '(all)' : name} = ${valueText(value)}`,
    ]),
  ]
  return [
    `${subject(logic, taskId)} ${verdict(logic)}`,
    ...lines.map(([label = '', text]) => `  ${label.padEnd(5)}${text}`),
  ]
}

/** `data.order.total`, `condition`, or where else the rule is; of another step than this one, with its name. */
function subject({ at, owner, target }: ExplainedLogic, taskId: string | null | undefined): string {
  if (target !== undefined) return target
  if (at === 'condition') return 'condition of the workflow'
  const where = at.replace(/^.*\.function\.input\.|^.*(?=\bcondition$)/, '')
  return owner === undefined || owner === taskId ? where : `${where} of "${owner}"`
}

function verdict({ result, error }: ExplainedLogic): string {
  return error === undefined ? `= ${valueText(result ?? null)}` : `fails with ${error.type}`
}

function stepTexts({ steps = [], steps_omitted = 0 }: ExplainedLogic): string[] {
  const told = steps.slice(0, MAX_STEPS).map(stepText)
  const more = steps.length - told.length + steps_omitted
  return more === 0 ? told : [...told, `and ${more} more`]
}

function stepText({ expression, result, error, item, variables = {} }: ExplainedStep): string {
  const where = item === undefined ? '' : `item ${item.join(' / ')}: `
  const values = Object.entries(variables).map(
    ([name, value]) => `${name === '' ? 'it' : name} = ${valueText(value)}`,
  )
  const given = values.length === 0 ? '' : ` (${values.join(', ')})`
  const came = error === undefined ? `is ${valueText(result ?? null)}` : `fails with ${error.type}`
  return `${where}${ruleText(expression)} ${came}${given}`
}
