import type { Detail } from '../../../errors.ts'
import type { Json } from '../../../std/json.ts'
import { glimpse } from '../glimpse.ts'
import { Report } from '../report.ts'
import type { Rule } from '../rule.ts'

/**
 * Why a value fits none of several schemas. Where only one can have been meant, its violations; where all of them ask for
 * something else at one place, what they ask for there; else just that it fits none.
 */
export function explainAlternatives(
  branches: readonly Rule[],
  value: Json,
  path: string,
  report: Report,
): void {
  const failures = branches.map(branch => violationsOf(branch, value, path))
  const obstacles = failures.map(details => details.find(detail => tellsApart(detail, path)))
  const meant = failures.filter((_, at) => obstacles[at] === undefined)
  const [only] = meant
  if (only !== undefined && meant.length === 1) {
    for (const detail of only) report.add(detail)
    return
  }
  report.add(
    meant.length === 0 ? (joined(obstacles) ?? none(branches, value, path)) : none(branches, value, path),
  )
}

function violationsOf(branch: Rule, value: Json, path: string): readonly Detail[] {
  const report = new Report()
  branch.explain(value, path, report)
  return report.details
}

/** Whether a violation says that this alternative was not meant: another type, or another value of a tag. */
function tellsApart(detail: Detail, path: string): boolean {
  if (detail.code !== 'TYPE_MISMATCH' && detail.code !== 'INVALID_ENUM') return false
  if (detail.path === path) return true
  return detail.code === 'INVALID_ENUM' && /^\.?[^.[]+$/.test(detail.path.slice(path.length))
}

/** Violations at one place as one that names all that would be right; undefined when they lie at several. */
function joined(obstacles: readonly (Detail | undefined)[]): Detail | undefined {
  const details = obstacles.filter(detail => detail !== undefined)
  const [first] = details
  if (first === undefined || details.some(detail => detail.path !== first.path)) return undefined
  const expected = [...new Set(details.map(detail => detail.expected))].slice(0, 10).join(' or ')
  const code = details.some(detail => detail.code === 'INVALID_ENUM') ? 'INVALID_ENUM' : first.code
  const { path, got } = first
  return { path, code, message: `must be ${expected}`, expected, ...(got !== undefined && { got }) }
}

function none(branches: readonly Rule[], value: Json, path: string): Detail {
  const message = `fits none of the ${branches.length} alternatives`
  return {
    path,
    code: 'INVALID_FORMAT',
    message,
    expected: 'a value that fits one of them',
    got: glimpse(value),
  }
}
