import type { Program } from '../program.ts'
import type { CompiledWorkflow } from '../workflow.ts'
import type { Branch } from './branches.ts'

/** What runs have seen of one workflow. */
export interface WorkflowCoverage {
  readonly tasks: Covered
  /** Both ways of each condition, and of each loop over an array. */
  readonly branches: Covered
}

export interface Covered {
  readonly covered: number
  readonly total: number
  /** What was not seen: ids of tasks; `tasks[1].condition of "review" was never true`. */
  readonly missing: readonly string[]
}

export function workflowCoverage(
  { program, loop }: CompiledWorkflow,
  executed: ReadonlySet<string>,
  branches: readonly Branch[],
): WorkflowCoverage {
  const ids = [...taskIds(loop?.setup ?? []), ...taskIds(program)]
  return {
    tasks: covered(
      ids.length,
      ids.filter(id => !executed.has(id)),
    ),
    branches: covered(branches.length * 2, branches.flatMap(missingWays)),
  }
}

/** Of all workflows together. */
export function together(parts: readonly Covered[]): Covered {
  return {
    covered: parts.reduce((sum, part) => sum + part.covered, 0),
    total: parts.reduce((sum, part) => sum + part.total, 0),
    missing: parts.flatMap(({ missing }) => missing),
  }
}

/** Rounded down, so that 100 means all; nothing at all is covered. */
export function percentage({ covered: seen, total }: Covered): number {
  return total === 0 ? 100 : Math.floor((seen * 1000) / total) / 10
}

export function reaches({ covered: seen, total }: Covered, percent: number): boolean {
  return seen * 100 >= percent * total
}

function covered(total: number, missing: readonly string[]): Covered {
  return { covered: total - missing.length, total, missing }
}

function taskIds(program: Program): string[] {
  return program.flatMap(step => (step.kind === 'task' ? [step.id] : []))
}

function missingWays({ at, owner, holds, fails }: Branch): string[] {
  const what = owner === undefined ? at : `${at} of "${owner}"`
  const [yes, no] = at === 'loop.over' ? ['had elements', 'was empty'] : ['was true', 'was false']
  return [...(holds > 0 ? [] : [`${what} never ${yes}`]), ...(fails > 0 ? [] : [`${what} never ${no}`])]
}
