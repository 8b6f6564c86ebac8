import type { Json, JsonObject } from '../std/json.ts'
import { NO_FRAME } from './evaluate.ts'
import { ExpressionError, type Limits } from './expression.ts'
import { budgetExceeded, unknownOperator } from './failure.ts'
import type { LogicMode } from './logic.ts'
import {
  type Builder,
  type CallNode,
  isLiteral,
  literal,
  type Node,
  type Operator,
  type Rewrite,
} from './node.ts'

export interface ParseOptions {
  readonly mode: LogicMode
  readonly limits: Limits
  readonly operators: ReadonlyMap<string, Operator>
  /** Evaluates constant calls. */
  readonly folder: Builder
}

/** Reads a rule into nodes, folding constants and rewriting calls as their operators say. */
export class Parser implements Rewrite {
  /** Operators, variables and containers read so far. */
  nodes = 0
  private readonly options: ParseOptions

  constructor(options: ParseOptions) {
    this.options = options
  }

  read(rule: Json, depth = 0): Node {
    const { limits } = this.options
    this.nodes++
    if (this.nodes > limits.maxLogicNodes) {
      throw budgetExceeded('the expression has too many nodes', limits.maxLogicNodes, 'max_logic_nodes')
    }
    if (typeof rule !== 'object' || rule === null) return literal(rule)
    if (depth > limits.maxLogicDepth) throw tooDeep(limits.maxLogicDepth)
    if (Array.isArray(rule)) return arrayNode(rule.map(item => this.read(item, depth + 1)))
    return this.readObject(rule, depth)
  }

  call(name: string, args: readonly Node[]): Node {
    const operator = this.options.operators.get(name)
    if (operator === undefined) return { kind: 'unknown', name }
    return this.finish({ kind: 'call', operator, args, list: true })
  }

  private readObject(rule: JsonObject, depth: number): Node {
    const keys = Object.keys(rule)
    const [key] = keys
    if (key === undefined) return literal({})
    if (keys.length > 1) {
      if (this.options.mode === 'plain') throw unknownOperator('Unknown Operator')
      return objectNode(keys.map(name => [name, this.read(rule[name] ?? null, depth + 1)] as const))
    }
    const argument = rule[key] ?? null
    const operator = this.options.operators.get(key)
    if (operator === undefined && this.options.mode === 'template') {
      return objectNode([[key, this.read(argument, depth + 1)]])
    }
    const list = Array.isArray(argument)
    const args = list ? argument.map(item => this.read(item, depth + 1)) : [this.read(argument, depth + 1)]
    if (operator === undefined) return { kind: 'unknown', name: key }
    return this.finish({ kind: 'call', operator, args, list })
  }

  private finish(call: CallNode): Node {
    const folded = this.fold(call)
    if (folded !== undefined) return folded
    return call.operator.simplify?.(call, this) ?? call
  }

  /** The result of a constant call; one that fails, or costs too much, stays as it is and fails when it is evaluated. */
  private fold(call: CallNode): Node | undefined {
    if (!call.operator.foldable || !call.args.every(isLiteral)) return undefined
    const { folder } = this.options
    try {
      return literal(call.operator.build(call, folder)(null, NO_FRAME))
    } catch (error) {
      if (error instanceof ExpressionError) return undefined
      throw error
    }
  }
}

function tooDeep(limit: number): ExpressionError {
  return new ExpressionError(
    'ConfigurationError',
    `Configuration error: the expression is nested too deep (max_logic_depth = ${limit})`,
  )
}

function arrayNode(items: Node[]): Node {
  return items.every(isLiteral) ? literal(items.map(item => item.value)) : { kind: 'array', items }
}

function objectNode(entries: (readonly [string, Node])[]): Node {
  return { kind: 'object', entries }
}
