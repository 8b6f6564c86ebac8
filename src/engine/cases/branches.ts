import { type CompileOptions, compile } from '../../expression/compile.ts'
import type { Expression, OpsBudget } from '../../expression/expression.ts'
import type { Json } from '../../std/json.ts'
import { isRuleFailure } from '../engine-error.ts'
import { Sites } from '../explain/sites.ts'
import type { FunctionTable } from '../functions-api.ts'
import type { LogicCompiler, WorkflowDefinition } from '../workflow.ts'

/** A place where runs part: a condition, or a loop over an array, which may be empty. */
export interface Branch {
  /** `condition`, `tasks[1].condition`, `tasks[2].function.input.condition`, `loop.over`. */
  readonly at: string
  /** Id of the task or group; absent for the workflow and its loop. */
  readonly owner?: string
  /** How often it was exactly true, or the array had elements. */
  holds: number
  /** How often it was anything else or failed, or the array was empty. */
  fails: number
}

/** Compiles the logic of a workflow so that its conditions count how they came out. */
export class BranchCounter implements LogicCompiler {
  readonly branches: Branch[] = []
  readonly #sites: Sites

  constructor({ condition, tasks, loop }: WorkflowDefinition, functions: FunctionTable) {
    this.#sites = new Sites({ condition, tasks, loop: loop ?? null }, functions)
  }

  logic(rule: Json, options: CompileOptions, around: string): Expression {
    const expression = compile(rule, options)
    const { at, owner } = this.#sites.find(rule, around)
    if (at !== 'loop.over' && !CONDITION.test(at)) return expression
    const branch = this.#branchAt(at, owner)
    return at === 'loop.over'
      ? new Counted(expression, branch, result => Array.isArray(result) && result.length > 0)
      : new Counted(expression, branch, result => result === true)
  }

  /** A rule may be compiled twice. */
  #branchAt(at: string, owner: string | undefined): Branch {
    const known = this.branches.find(branch => branch.at === at)
    if (known !== undefined) return known
    const branch: Branch = { at, ...(owner !== undefined && { owner }), holds: 0, fails: 0 }
    this.branches.push(branch)
    return branch
  }
}

/** Of the workflow, of a step, or of a task that goes on only when it holds. */
const CONDITION = /^(?:.*(?:tasks|setup)\[\d+\]\.(?:function\.input\.)?)?condition$/

class Counted implements Expression {
  readonly #expression: Expression
  readonly #branch: Branch
  readonly #isTaken: (result: Json) => boolean

  constructor(expression: Expression, branch: Branch, isTaken: (result: Json) => boolean) {
    this.#expression = expression
    this.#branch = branch
    this.#isTaken = isTaken
  }

  get reads(): Expression['reads'] {
    return this.#expression.reads
  }

  evaluate(data: Json, budget?: OpsBudget): Json {
    const branch = this.#branch
    try {
      const result = this.#expression.evaluate(data, budget)
      if (this.#isTaken(result)) branch.holds++
      else branch.fails++
      return result
    } catch (error) {
      if (isRuleFailure(error)) branch.fails++
      throw error
    }
  }
}
