import { type Covered, percentage } from '../../engine/cases/coverage.ts'
import type { CaseFailure } from '../../engine/cases/expectations.ts'
import { excerptLines, printable } from '../excerpt-lines.ts'
import type { FolderCoverage } from './case-coverage.ts'
import type { PlacedCase } from './case-folder.ts'
import type { CaseResult } from './run-cases.ts'
import { shownText } from './shown-value.ts'

const NAME_WIDTH = 32
const SHARE_WIDTH = 18

/** A line for each case, and below it what came otherwise. */
export function resultsText(results: readonly CaseResult[]): string {
  return results
    .flatMap(resultLines)
    .map(line => `${printable(line)}\n`)
    .join('')
}

/** `3 passed, 1 failed` */
export function countText(results: readonly CaseResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length
  const passed = results.length - failed
  return failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`
}

function resultLines({ of, failures }: CaseResult): string[] {
  if (failures.length === 0) return [`✓ ${of.case.name}`]
  return [
    `✗ ${of.case.name}`,
    ...failures.flatMap(failure => failureLines(of, failure)).map(line => `  ${line}`),
  ]
}

/** The place in the file, the line there, and both values. */
function failureLines({ path, text, place }: PlacedCase, failure: CaseFailure): string[] {
  const { message, expected, got } = failure
  const position = place(failure.path)
  return [
    `${path}:${position.line}:${position.column}: ${message}`,
    ...excerptLines(text, position),
    ...(expected === undefined && got === undefined
      ? []
      : [`  expected: ${shownText(expected)}`, `  got:      ${shownText(got)}`]),
  ]
}

/** A row for each workflow and below it what no case has seen; at the end all together. */
export function coverageText({ tasks, branches, workflows }: FolderCoverage): string {
  const rows = workflows.flatMap(row => [
    line(row.id, share(row.tasks), share(row.branches)),
    ...(row.cases === 0
      ? ['    no case runs it']
      : [
          ...row.tasks.missing.map(id => `    task "${id}" never ran`),
          ...row.branches.missing.map(text => `    ${text}`),
        ]),
  ])
  return [line('coverage', 'tasks', 'branches'), ...rows, line('together', share(tasks), share(branches))]
    .map(text => `${printable(text)}\n`)
    .join('')
}

function line(name: string, tasks: string, branches: string): string {
  return `  ${name.padEnd(NAME_WIDTH)} ${tasks.padEnd(SHARE_WIDTH)} ${branches}`
}

/** `3/4 (75 %)`; `-` where there is nothing to cover. */
function share(part: Covered): string {
  return part.total === 0 ? '-' : `${part.covered}/${part.total} (${percentage(part)} %)`
}
