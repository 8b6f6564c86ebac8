import { OUTCOME } from '../../../expression/outcomes.ts'
import { own } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { logging } from '../example-steps.ts'
import type { Step } from '../steps.ts'
import type { Subject, WorkflowRule } from '../subject.ts'

export const unreachableStep: WorkflowRule = {
  name: 'unreachable-step',
  summary:
    'A step never runs: its condition is always false, or a step before it always ends the workflow (`terminal`, or ' +
    'a `filter` that always halts).',
  example: {
    wrong: { tasks: [{ function: { name: 'filter', input: { condition: false } } }, logging('never')] },
    at: 'tasks[1]',
    right: {
      tasks: [
        { function: { name: 'filter', input: { condition: { var: 'metadata.open' } } } },
        logging('open'),
      ],
    },
  },
  *check(subject) {
    const outcomes = new Map(subject.expressions.map(({ path, analysis }) => [path, analysis?.outcomes]))
    const ways = new Ways(outcomes)
    if (ways.isFalse('condition')) {
      yield {
        path: 'condition',
        message: 'the condition of the workflow is always false, so no task ever runs',
        expected: 'a condition that can be true, or none',
      }
      return
    }
    yield* unreachable([...subject.setup, ...subject.tasks], ways)
  },
}

function* unreachable(steps: Subject['tasks'], ways: Ways): Generator<Warning> {
  let ended: Step | undefined
  for (const step of steps) {
    if (ended !== undefined) {
      yield {
        path: step.path,
        message: `this step never runs: ${ended.path} always ends the workflow`,
        expected: 'a condition on the step that ends the workflow, or no steps after it',
      }
      continue
    }
    if (ways.isFalse(`${step.path}.condition`)) {
      yield {
        path: `${step.path}.condition`,
        message: 'this step never runs: its condition is always false',
        expected: 'a condition that can be true, or no such step',
      }
      continue
    }
    yield* unreachable(step.members, ways)
    if (ways.alwaysEnds(step)) ended = step
  }
}

/** What is known of the ways through a workflow. */
class Ways {
  readonly #outcomes: ReadonlyMap<string, number | undefined>

  constructor(outcomes: ReadonlyMap<string, number | undefined>) {
    this.#outcomes = outcomes
  }

  isFalse(path: string): boolean {
    return this.#outcomes.get(path) === OUTCOME.false
  }

  /** Whether whatever comes to this step goes no further. */
  alwaysEnds(step: Step): boolean {
    if (!this.#alwaysRuns(step)) return false
    if (step.members.some(member => this.alwaysEnds(member))) return true
    const { call } = step
    const rejects = call?.name === 'filter' && !this.#mayHold(`${call.inputPath}.condition`)
    const skips = call?.name === 'filter' && own(call.input, 'on_reject') === 'skip'
    return !skips && (own(step.written, 'terminal') === true || rejects)
  }

  #alwaysRuns({ written, path }: Step): boolean {
    return (
      (own(written, 'condition') ?? true) === true || this.#outcomes.get(`${path}.condition`) === OUTCOME.true
    )
  }

  #mayHold(path: string): boolean {
    const outcomes = this.#outcomes.get(path)
    return outcomes === undefined || (outcomes & (OUTCOME.true | OUTCOME.unknown)) !== 0
  }
}
