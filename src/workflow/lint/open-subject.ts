import { resultOf } from '../../expression/lint/result-of.ts'
import { isObject, type JsonObject, own } from '../../std/json.ts'
import { everyStep, readSteps, type Step } from './steps.ts'
import type { LintNeeds, Subject } from './subject.ts'
import { Walk } from './walk.ts'

/** Reads a workflow once for all rules. Nothing about it need be right. */
export function* openSubject(document: JsonObject, needs: LintNeeds): Generator<void, Subject> {
  const loop = own(document, 'loop')
  const setup = isObject(loop) ? readSteps(own(loop, 'setup'), 'loop.setup') : []
  const tasks = readSteps(own(document, 'tasks'), 'tasks')
  const walk = new Walk(needs)
  // Null is stored as true; in a step it is a value.
  const rule = own(document, 'condition') ?? true
  const condition = () => walk.rule('condition', rule, 'the condition of the workflow')
  const holdsOnNothing = () => resultOf(rule, EMPTY_CONTEXT, needs.limits) === true
  if (isObject(loop)) yield* walkLoop(walk, loop, { setup, tasks, condition, holdsOnNothing })
  else condition()
  yield* walk.steps(tasks)
  return { document, setup, tasks, expressions: walk.expressions, flow: walk.flow, needs }
}

interface LoopParts {
  readonly setup: readonly Step[]
  readonly tasks: readonly Step[]
  readonly condition: () => void
  /** Whether the condition is true before anything is written, so that it is meant to be asked then. */
  readonly holdsOnNothing: () => boolean
}

const EMPTY_CONTEXT = { data: {}, metadata: {}, temp_data: {} }

/** What happens before the tasks of the first sweep, and what is left by the sweep before. */
function* walkLoop(
  walk: Walk,
  loop: JsonObject,
  { setup, tasks, condition, holdsOnNothing }: LoopParts,
): Generator<void> {
  const over = own(loop, 'over')
  const isAskedFirst = (setup.length > 0 || over !== undefined) && !holdsOnNothing()
  if (isAskedFirst) condition()
  yield* walk.steps(setup)
  walk.rule('loop.over', over)
  for (const key of ['counter', 'as', 'scratch']) {
    const name = own(loop, key)
    if (typeof name === 'string') walk.write(`temp_data.${name}`, `loop.${key}`)
  }
  for (const step of everyStep(tasks)) walk.writesOf(step)
  if (!isAskedFirst) condition()
}
