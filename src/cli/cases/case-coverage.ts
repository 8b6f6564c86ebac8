import { type Covered, reaches, together, type WorkflowCoverage } from '../../engine/cases/coverage.ts'
import type { DefinitionFile } from '../definition-file.ts'
import type { CaseResult, CaseRunner } from './run-cases.ts'

/** What the cases of a folder have seen of its workflows. */
export interface FolderCoverage {
  readonly tasks: Covered
  readonly branches: Covered
  readonly workflows: readonly WorkflowRow[]
}

export interface WorkflowRow extends WorkflowCoverage {
  readonly id: string
  readonly cases: number
}

/** Every valid workflow has a row, those without a case too. */
export function coverageOf(
  workflows: readonly DefinitionFile[],
  results: readonly CaseResult[],
  runner: CaseRunner,
): FolderCoverage {
  const counts = new Map<DefinitionFile, number>()
  for (const { of } of results) counts.set(of.workflow, (counts.get(of.workflow) ?? 0) + 1)
  const rows = workflows.flatMap(file => {
    const coverage = runner.workflow(file)?.cases.coverage()
    return coverage === undefined ? [] : [{ id: file.id, cases: counts.get(file) ?? 0, ...coverage }]
  })
  return {
    tasks: together(rows.map(({ tasks }) => tasks)),
    branches: together(rows.map(({ branches }) => branches)),
    workflows: rows,
  }
}

/** Whether tasks and branches each are covered so far, in percent. */
export function isCovered({ tasks, branches }: FolderCoverage, percent: number): boolean {
  return reaches(tasks, percent) && reaches(branches, percent)
}
