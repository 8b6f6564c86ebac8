import { type Covered, percentage } from '../../engine/cases/coverage.ts'
import type { JsonObject } from '../../std/json.ts'
import type { FileResult } from '../source-file.ts'
import type { FolderCoverage } from './case-coverage.ts'
import type { CaseResult } from './run-cases.ts'
import { shownValue } from './shown-value.ts'

/** Everything, for programs. */
export function casesJson(
  results: readonly CaseResult[],
  problems: readonly FileResult[],
  coverage: FolderCoverage | undefined,
): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length
  const report = {
    passed: results.length - failed,
    failed,
    problems: problems.flatMap(({ path: file, findings }) =>
      findings.map(({ position: { line, column }, ...finding }) => ({ file, line, column, ...finding })),
    ),
    cases: results.map(caseEntry),
    ...(coverage !== undefined && { coverage: coverageEntry(coverage) }),
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function caseEntry({ of, failures, durationMs }: CaseResult): object {
  return {
    file: of.path,
    name: of.case.name,
    workflow: of.workflow.id,
    status: failures.length === 0 ? 'passed' : 'failed',
    duration_ms: Math.round(durationMs * 1000) / 1000,
    failures: failures.map(({ path, message, expected, got }) => {
      const { line, column } = of.place(path)
      return {
        line,
        column,
        path,
        message,
        ...(expected !== undefined && { expected: shownValue(expected) }),
        ...(got !== undefined && { got: shownValue(got) }),
      }
    }),
  }
}

function coverageEntry({ tasks, branches, workflows }: FolderCoverage): object {
  return {
    tasks: shareEntry(tasks),
    branches: shareEntry(branches),
    workflows: workflows.map(({ id, cases, ...row }) => ({
      workflow_id: id,
      cases,
      tasks: { ...shareEntry(row.tasks), missing: row.tasks.missing },
      branches: { ...shareEntry(row.branches), missing: row.branches.missing },
    })),
  }
}

function shareEntry(part: Covered): JsonObject {
  return { covered: part.covered, total: part.total, percent: percentage(part) }
}
