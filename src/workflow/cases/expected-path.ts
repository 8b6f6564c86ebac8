import type { Detail } from '../../errors.ts'
import { excerpt } from '../../std/excerpt.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import { CASE_ROOTS } from './definition.ts'

/** Parts of an expected path; deeper than any message. */
const MAX_PARTS = 600

/** One step of a path; `[0]` is an index only, a name of digits a key of an object and an index of a list. */
interface Step {
  readonly name: string
  readonly isIndex: boolean
}

const STEP = /\[(\d{1,15})\]|(\.?)((?:\\.|[^.[\\])+)/gy

/**
 * Reads `data.items[0].price`, where `\.`, `\[` and `\\` stand for themselves in a name. Undefined when it is no path:
 * an empty name, a bracket without an index.
 */
export function pathSteps(path: string): Step[] | undefined {
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path)
    if (match === null || steps.length >= MAX_PARTS) return undefined
    const [, index, dot, name] = match
    const isFirst = steps.length === 0
    if (index !== undefined) {
      if (isFirst) return undefined
      steps.push({ name: index, isIndex: true })
    } else {
      if ((dot === '') !== isFirst) return undefined
      steps.push({ name: (name ?? '').replace(/\\(.)/gs, '$1'), isIndex: false })
    }
  }
  return steps.length === 0 ? undefined : steps
}

/** What is at a path; undefined when there is nothing. */
export function valueAt(root: JsonObject, steps: readonly Step[]): Json | undefined {
  let value: Json | undefined = root
  for (const { name, isIndex } of steps) {
    if (Array.isArray(value)) value = /^\d{1,15}$/.test(name) ? value[Number(name)] : undefined
    else value = isObject(value) && !isIndex ? own(value, name) : undefined
    if (value === undefined) return undefined
  }
  return value
}

/** What is wrong with a path of `expect`; `at` is where it stands. */
export function expectedPathProblem(path: string, at: string): Detail | undefined {
  const [first] = pathSteps(path) ?? []
  if (first === undefined) {
    return {
      path: at,
      code: 'INVALID_FORMAT',
      message: `"${excerpt(path)}" is not a path`,
      expected: 'a path such as data.items[0].price; a dot in a name is written \\.',
    }
  }
  if (CASE_ROOTS.some(root => root === first.name)) return undefined
  const { hint, field } = didYouMean(first.name, CASE_ROOTS)
  return {
    path: at,
    code: 'INVALID_FORMAT',
    message: `the path "${excerpt(path)}" begins with none of ${CASE_ROOTS.join(', ')}${hint}`,
    expected: `a path that begins with one of ${CASE_ROOTS.join(', ')}`,
    ...field,
  }
}
