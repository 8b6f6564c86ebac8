import type { Clock } from '../std/clock.ts'
import { type Json, type JsonObject, setOwn } from '../std/json.ts'
import { buildPath } from './build-path.ts'
import type { Evaluate } from './evaluate.ts'
import { unknownOperator } from './failure.ts'
import type { Meter } from './meter.ts'
import type { ArrayNode, Body, Builder, Node, ObjectNode } from './node.ts'
import { isTruthy } from './truth.ts'

/** Operators and variables of a body that count as one operation per item. */
const NODES_PER_OPERATION = 2

/** Keys of an object that the platform adds cheaply; what each costs when there are more. */
const MAX_CHEAP_KEYS = 64
const OPERATIONS_PER_DEAR_KEY = 2

/** Turns nodes into closures. */
export class ClosureBuilder implements Builder {
  readonly meter: Meter
  readonly clock: Clock
  /** How often code was built that looks at its frame, and that needs the frames around. */
  frameUses = 0
  rootUses = 0
  /** Whether any part of what was built puts values into new containers. */
  composes = false

  constructor(meter: Meter, clock: Clock) {
    this.meter = meter
    this.clock = clock
  }

  build(node: Node): Evaluate {
    switch (node.kind) {
      case 'literal': {
        const { value } = node
        return () => value
      }
      case 'path':
        return buildPath(node, this)
      case 'array':
        this.composes = true
        return this.buildArray(node)
      case 'object':
        this.composes = true
        return this.buildObject(node)
      case 'call':
        if (node.operator.composes === true) this.composes = true
        return node.operator.build(node, this)
      case 'unknown': {
        const { name } = node
        return () => {
          throw unknownOperator(name)
        }
      }
    }
  }

  test(node: Node): Evaluate {
    const run = this.build(node)
    if (node.kind === 'call' && node.operator.boolean === true) return run
    return (data, frame) => isTruthy(run(data, frame))
  }

  body(node: Node): Body {
    const before = this.frameUses
    const run = this.build(node)
    return {
      run,
      framed: this.frameUses !== before,
      weight: weightOf(node),
    }
  }

  usesFrame(root: boolean): void {
    this.frameUses++
    if (root) this.rootUses++
  }

  private buildArray(node: ArrayNode): Evaluate {
    const items = node.items.map(item => this.build(item))
    return (data, frame) => {
      const values: Json[] = []
      for (const item of items) values.push(item(data, frame))
      return values
    }
  }

  private buildObject(node: ObjectNode): Evaluate {
    const entries = node.entries.map(([key, value]) => ({ key, value: this.build(value) }))
    const { meter } = this
    const extra = entries.length > MAX_CHEAP_KEYS ? entries.length * OPERATIONS_PER_DEAR_KEY : 0
    return (data, frame) => {
      const object: JsonObject = {}
      if (extra > 0) meter.charge(extra)
      for (const { key, value } of entries) setOwn(object, key, value(data, frame))
      return object
    }
  }
}

/** Operations of evaluating a node once. */
export function weightOf(node: Node): number {
  return 1 + Math.floor(countNodes(node) / NODES_PER_OPERATION)
}

/** Nodes but literals that run when `node` is evaluated once; the body of an iterator charges for itself. */
function countNodes(node: Node): number {
  switch (node.kind) {
    case 'array':
      return node.items.reduce((sum, item) => sum + countNodes(item), 1)
    case 'object':
      return node.entries.reduce((sum, [, value]) => sum + countNodes(value), 1)
    case 'call': {
      const { body } = node.operator
      return node.args.reduce((sum, arg, index) => (index === body ? sum : sum + countNodes(arg)), 1)
    }
    case 'path':
      return node.fallback === null ? 1 : 1 + countNodes(node.fallback)
    default:
      return 0
  }
}
