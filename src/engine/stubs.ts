import type { Json } from '../std/json.ts'
import type { EngineErrorKind } from './engine-error.ts'

/** A call that does not happen. */
export interface StubbedCall {
  readonly function: string
  readonly taskId: string
  /** The input with the results of its expressions; what `body_logic` gives is called `body`, as if it were written there. */
  readonly input: Json
  /** Where in the context its answer goes; undefined: nowhere. */
  readonly output: string | undefined
}

/** What the far side is taken to have answered. */
export type StubAnswer = { readonly output: Json } | { readonly error: StubError }

interface StubError {
  readonly message: string
  /** `FunctionExecution` when absent. */
  readonly kind?: EngineErrorKind
  /** Of the error entry; only of the kind `Service`. */
  readonly code?: string
}

/** Answers the calls of one run, in the order in which they come. */
export interface Stubs {
  /** Undefined: there is no stub for the call, and its task fails. `nothing`: it is done, and the context stays as it is. */
  answer(call: StubbedCall): StubAnswer | 'nothing' | undefined
}

/** Stubs that keep what they were asked. */
export class CallRecord implements Stubs {
  readonly calls: StubbedCall[] = []
  /** Calls without a stub. */
  readonly unanswered: StubbedCall[] = []
  /** Calls that are not kept because there were too many. */
  omitted = 0
  readonly #answer: Stubs['answer']
  readonly #maxCalls: number

  constructor(answer: Stubs['answer'], maxCalls: number) {
    this.#answer = answer
    this.#maxCalls = maxCalls
  }

  answer(call: StubbedCall): ReturnType<Stubs['answer']> {
    const answer = this.#answer(call)
    const isKept = this.calls.length < this.#maxCalls
    if (isKept) this.calls.push(call)
    else this.omitted++
    if (answer === undefined && this.unanswered.length < this.#maxCalls) this.unanswered.push(call)
    return answer
  }
}
