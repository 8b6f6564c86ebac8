import { type CaseFailure, failuresOf } from '../../engine/cases/expectations.ts'
import { stubbedNames, stubbedTasks } from '../../engine/cases/stubbed-names.ts'
import { type CaseNeeds, WorkflowCases } from '../../engine/cases/workflow-cases.ts'
import type { WorkflowDefinition } from '../../engine/workflow.ts'
import { innerPath, jsonPositions } from '../../std/json-positions.ts'
import { atOnce } from '../../std/portions.ts'
import { errorOf } from '../../versioning/finding.ts'
import { workflowProblems } from '../../workflow/check.ts'
import type { DefinitionFile } from '../definition-file.ts'
import { byPosition, type FileResult, placed } from '../source-file.ts'
import { workflowOfDocument } from '../workflow-document.ts'
import type { PlacedCase } from './case-folder.ts'

export interface CaseResult {
  readonly of: PlacedCase
  /** None when it passed. */
  readonly failures: readonly CaseFailure[]
  readonly durationMs: number
}

/** Runs cases one after another; each workflow is checked and compiled when its first case comes. */
export class CaseRunner {
  /** Workflows that are not valid. */
  readonly problems: FileResult[] = []
  readonly #needs: CaseNeeds
  readonly #workflows = new Map<DefinitionFile, UnderTest | undefined>()

  constructor(needs: CaseNeeds) {
    this.#needs = needs
  }

  async run(of: PlacedCase): Promise<CaseResult> {
    const { clock } = this.#needs
    const beganMs = clock.monotonic()
    const failures = await this.#failures(of)
    return { of, failures, durationMs: clock.monotonic() - beganMs }
  }

  /** Undefined for a workflow that is not valid. */
  workflow(file: DefinitionFile): UnderTest | undefined {
    if (this.#workflows.has(file)) return this.#workflows.get(file)
    const opened = this.#open(file)
    this.#workflows.set(file, opened)
    return opened
  }

  async #failures({ case: one, workflow: file, stubs }: PlacedCase): Promise<readonly CaseFailure[]> {
    const workflow = this.workflow(file)
    if (workflow === undefined) {
      return [{ path: 'workflow', message: `the workflow "${file.id}" is not valid, see ${file.path}` }]
    }
    const stray = workflow.strayStubs(Object.keys(one.stubs ?? {}))
    return stray.length > 0 ? stray : failuresOf(one, await workflow.cases.run(one, stubs))
  }

  #open(file: DefinitionFile): UnderTest | undefined {
    const { document, path, text } = file
    const problems = atOnce(workflowProblems(document, this.#needs))
    if (problems.length === 0) return new UnderTest(workflowOfDocument(document), this.#needs)
    const positions = jsonPositions(text)
    const findings = problems.map(problem => placed(positions, errorOf(problem))).toSorted(byPosition)
    this.problems.push({ path, text, findings })
    return undefined
  }
}

class UnderTest {
  readonly cases: WorkflowCases
  readonly #isStubbed: (key: string) => boolean

  constructor(definition: WorkflowDefinition, needs: CaseNeeds) {
    this.cases = new WorkflowCases(definition, needs)
    const names = stubbedNames(needs.functions)
    const tasks = stubbedTasks(definition, names, needs.limits.maxLoopIterations)
    this.#isStubbed = key => names.has(key) || tasks.has(key)
  }

  /** Stubs that a case has written itself, and that nothing can ask for. */
  strayStubs(keys: readonly string[]): CaseFailure[] {
    return keys
      .filter(key => !this.#isStubbed(key))
      .map(key => ({
        path: innerPath('stubs', key),
        message: `"${key}" is neither a function whose calls are stubbed nor a task that calls one`,
      }))
  }
}
