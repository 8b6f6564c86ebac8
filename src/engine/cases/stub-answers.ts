import { isObject, own } from '../../std/json.ts'
import type { StubAnswer as WrittenAnswer } from '../../workflow/cases/definition.ts'
import type { KeyedStubs, Stub } from '../../workflow/cases/stubs.ts'
import type { StubAnswer, StubbedCall } from '../stubs.ts'
import { fits } from './differences.ts'

/** Answers the calls of one run; undefined when no stub does. */
export class StubAnswers {
  readonly #byKey: ReadonlyMap<string, KeyedStubs>
  /** Answers that have answered their one call. */
  readonly #used = new Set<WrittenAnswer>()

  constructor(byKey: ReadonlyMap<string, KeyedStubs>) {
    this.#byKey = byKey
  }

  /** Those of the task come first, then those of the connector or channel, then `*`, then those of every call. */
  answer(call: StubbedCall): StubAnswer | undefined {
    const ofTask = this.#byKey.get(call.taskId)
    const ofFunction = this.#byKey.get(call.function)
    const target = targetOf(call)
    const inOrder = [
      ofTask?.of === 'task' ? ofTask.whole : undefined,
      target === undefined ? undefined : ofFunction?.byTarget.get(target),
      ofFunction?.byTarget.get('*'),
      ofFunction?.whole,
    ]
    for (const stub of inOrder) {
      const answer = stub && this.#next(stub, call)
      if (answer !== undefined) return answer
    }
    return undefined
  }

  #next({ inTurn, answers }: Stub, { input }: StubbedCall): StubAnswer | undefined {
    for (const answer of answers) {
      const { when, output = null, error } = answer
      if (when === undefined ? this.#used.has(answer) : !fits(when, input)) continue
      if (inTurn) this.#used.add(answer)
      return error === undefined ? { output } : { error }
    }
    return undefined
  }
}

/** The connector or channel that a call goes to. */
export function targetOf({ input }: StubbedCall): string | undefined {
  if (!isObject(input)) return undefined
  const target = own(input, 'connector') ?? own(input, 'channel')
  return typeof target === 'string' ? target : undefined
}
