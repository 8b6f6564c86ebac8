import type { Expression, OpsBudget } from '../expression/expression.ts'
import type { Json } from '../std/json.ts'
import type { Portions } from '../std/portions.ts'
import type { Task } from './functions-api.ts'
import { inTurns } from './in-turns.ts'

/*
 * Parts of a workflow that are compiled when a run comes to them, so that making a large one ready for a single run does
 * not hold the event loop. Its definition has been compiled before, so nothing here can be refused.
 */

export class LateCondition implements Expression {
  readonly #compile: () => Expression | undefined
  #compiled: Expression | undefined

  constructor(compile: () => Expression | undefined) {
    this.#compile = compile
  }

  get reads(): Expression['reads'] {
    return this.#expression().reads
  }

  evaluate(data: Json, budget?: OpsBudget): Json {
    return this.#expression().evaluate(data, budget)
  }

  #expression(): Expression {
    this.#compiled ??= this.#compile()
    if (this.#compiled === undefined) throw new Error('What is compiled late compiles')
    return this.#compiled
  }
}

export function lateTask(compile: () => Portions<Task | undefined>): Task {
  let task: Task | undefined
  return run => {
    if (task !== undefined) return task(run)
    const work = compile()
    let isDone = false
    const waiting = inTurns(run, () => {
      const next = work.next()
      isDone = next.done === true
      if (next.done === true) task = next.value
      return !isDone
    })
    const start = () => {
      // The time of the run is over.
      if (!isDone) return 200
      if (task === undefined) throw new Error('What is compiled late compiles')
      return task(run)
    }
    return waiting === undefined ? start() : waiting.then(start)
  }
}
