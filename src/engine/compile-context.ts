import { type CompileOptions, compile } from '../expression/compile.ts'
import { HIDDEN } from '../expression/explain/show.ts'
import type { Expression } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import type { Clock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import { type Operators, operatorsWithSecrets, type SecretLookup } from '../workflow/secret-operator.ts'
import type { EngineLimits } from './functions-api.ts'
import type { PreparedContext } from './program.ts'
import type { Reads } from './reads.ts'

interface ContextNeeds {
  readonly limits: EngineLimits
  readonly clock: Clock
  readonly secrets: SecretLookup | undefined
  /** Compiles a rule, or leaves it to the usual way. */
  readonly explained: ((rule: Json, options: CompileOptions) => Expression) | undefined
}

const SHOWN: Operators = operatorsWithSecrets(() => ({ value: HIDDEN }))
const NO_SECRETS: SecretLookup = () => ({ problem: 'there are no secrets here' })

/** What functions compile with, and what they were found to read. */
export class WorkflowContext implements PreparedContext {
  taskId = ''
  readonly limits: EngineLimits
  readonly #needs: ContextNeeds
  #operators: Operators | undefined
  readonly #paths = new Set<string>()
  readonly #calls = new Set<string>()
  readonly #prepared = new Map<Json, Expression>()
  #readsAny = false
  #mayNameSecrets = false
  #named = new Set<string>()

  constructor(needs: ContextNeeds) {
    this.#needs = needs
    this.limits = needs.limits
  }

  beginCall(mayNameSecrets: boolean): void {
    this.#mayNameSecrets = mayNameSecrets
    this.#named = new Set()
  }

  endCall(): ReadonlySet<string> {
    this.#mayNameSecrets = false
    return this.#named
  }

  prepare(rule: Json, mode: LogicMode): void {
    if (isContainer(rule)) this.#prepared.set(rule, this.#compiled(rule, mode))
  }

  // Functions take these out of the context.
  readonly reads = (path: string): void => {
    this.#paths.add(path)
  }

  readonly calls = (channel: string): void => {
    this.#calls.add(channel)
  }

  readonly logic = (rule: Json, mode: LogicMode = 'template'): Expression => {
    const expression = this.#prepared.get(rule) ?? this.#compiled(rule, mode)
    this.#prepared.delete(rule)
    return this.#noted(expression)
  }

  readonly shownLogic = (rule: Json, mode: LogicMode = 'template'): Expression => {
    if (!this.#mayNameSecrets) return this.logic(rule, mode)
    const { limits, clock, explained } = this.#needs
    const options = { mode, limits, clock, operators: SHOWN }
    return this.#noted(explained?.(rule, options) ?? compile(rule, options))
  }

  /** All that was found so far. */
  allReads(): Reads {
    return this.#readsAny ? 'any' : [...this.#paths]
  }

  /** Names of channels that are called by a name that is written there. */
  allCalls(): readonly string[] {
    return [...this.#calls]
  }

  #noted(expression: Expression): Expression {
    if (expression.reads === 'any') this.#readsAny = true
    else for (const path of expression.reads) this.#paths.add(path)
    return expression
  }

  #compiled(rule: Json, mode: LogicMode): Expression {
    const { limits, clock, explained } = this.#needs
    const operators = this.#mayNameSecrets ? this.#withSecrets() : undefined
    const options = { mode, limits, clock, operators }
    return explained?.(rule, options) ?? compile(rule, options)
  }

  #withSecrets(): Operators {
    this.#operators ??= operatorsWithSecrets(this.#noting(this.#needs.secrets ?? NO_SECRETS))
    return this.#operators
  }

  #noting(lookup: SecretLookup): SecretLookup {
    return name => {
      const found = lookup(name)
      if ('value' in found) this.#named.add(found.value)
      return found
    }
  }
}

function isContainer(rule: Json): boolean {
  return typeof rule === 'object' && rule !== null
}
