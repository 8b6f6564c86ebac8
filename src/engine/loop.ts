import type { Expression } from '../expression/expression.ts'
import { isObject, type Json } from '../std/json.ts'
import type { Loop } from '../workflow/definition.ts'
import type { Attempt } from './attempt.ts'
import { snapshot } from './context.ts'
import { EngineError } from './engine-error.ts'
import type { CompileContext, RunContext } from './functions-api.ts'
import { compilePlace, type Place } from './paths.ts'
import type { Program } from './program.ts'
import { exposesRoots } from './reads.ts'

/** A loop ready to run; holds no state of any run. */
export interface CompiledLoop {
  readonly setup: Program
  readonly max: number
  readonly init: number
  readonly increment: number
  readonly over: Expression | undefined
  /** Where the loop itself writes, below `temp_data`. */
  readonly counter: Place | undefined
  readonly element: Place | undefined
  readonly scratch: Place | undefined
  /** Whether the condition is asked once more, before the setup and the array. */
  readonly asksFirst: boolean
}

export function compileLoop(
  loop: Loop,
  setup: Program,
  context: CompileContext,
  attempt: Attempt,
): CompiledLoop {
  const { max, init, increment, over, counter, as, scratch } = loop
  const place = (path: string | null | undefined) =>
    path === null || path === undefined
      ? undefined
      : compilePlace(`temp_data.${path}`, context.limits.maxArrayPadding)
  return {
    setup,
    max,
    init: init ?? 0,
    increment: increment ?? 1,
    over: over === undefined ? undefined : attempt.at('loop.over', () => context.logic(over)),
    counter: place(counter),
    element: place(as),
    scratch: place(scratch),
    asksFirst: over !== undefined || setup.length > 0,
  }
}

/** One run of a loop. */
export class Sweeps {
  /** The index of the element, when there are elements. */
  counter: number
  readonly #loop: CompiledLoop
  readonly #elements: readonly Json[] | undefined

  /** Asks for the array. Throws what its expression throws, and EngineError when it is none. */
  constructor(loop: CompiledLoop, run: RunContext, workflowId: string) {
    this.#loop = loop
    this.counter = loop.init
    this.#elements = loop.over && elementsOf(loop.over, run, workflowId)
  }

  /** Prepares the context for the next sweep; false when there is none, with the counter written all the same. */
  begin(run: RunContext): boolean {
    const { max, counter, element, scratch } = this.#loop
    const at = this.counter
    counter?.write(run, at)
    if (at >= max || (this.#elements !== undefined && at >= this.#elements.length)) return false
    element?.write(run, this.#elements?.[at] ?? null)
    scratch?.write(run, {})
    return true
  }

  end(): void {
    this.counter += this.#loop.increment
  }
}

/** The array stays as it is whatever the sweeps write. */
function elementsOf(over: Expression, run: RunContext, workflowId: string): readonly Json[] {
  const { context } = run.message
  const value = over.evaluate(exposesRoots(over.reads) ? snapshot(context) : context, run.budget)
  run.own.share(over.reads)
  if (Array.isArray(value)) return value
  const what = value === null ? 'null' : isObject(value) ? 'an object' : `a ${typeof value}`
  throw new EngineError('Workflow', `"over" of the loop of workflow ${workflowId} gave ${what}, not an array`)
}
