import type { JsonObject } from '../../std/json.ts'
import { errorOf, type Finding, findWarnings } from '../../versioning/finding.ts'
import { workflowProblems } from '../check.ts'
import { workflowRules } from './index.ts'
import { openSubject } from './open-subject.ts'
import { inPortions } from './portions.ts'
import { strictProblems } from './strict-conditions.ts'
import type { LintNeeds } from './subject.ts'

/**
 * Everything wrong or doubtful about a workflow, in portions between which others may have their turn: what it would be
 * refused for, then what the engine is silent on.
 */
export function* lintWorkflow(document: JsonObject, needs: LintNeeds): Generator<Finding[]> {
  const subject = yield* inPortions(openSubject(document, needs))
  const refused = yield* inPortions(workflowProblems(document, needs))
  const problems = [...refused.map(errorOf), ...strictProblems(subject)]
  yield problems
  const told = new Set(problems.map(({ path }) => path))
  for (const warnings of findWarnings(workflowRules, subject)) {
    // What is refused has to be written anew anyway.
    yield warnings.filter(({ path }) => !told.has(path))
  }
}
