import type { Clock } from '../std/clock.ts'
import type { Json } from '../std/json.ts'
import type { Evaluate } from './evaluate.ts'
import type { Meter } from './meter.ts'
import type { Step } from './path.ts'

/** A rule after reading: what an operator sees of its arguments when it is compiled. */
export type Node = LiteralNode | ArrayNode | ObjectNode | PathNode | CallNode | UnknownNode

export interface LiteralNode {
  readonly kind: 'literal'
  readonly value: Json
}
/** An array of expressions. */
export interface ArrayNode {
  readonly kind: 'array'
  readonly items: readonly Node[]
}
/** An output object of template mode. */
export interface ObjectNode {
  readonly kind: 'object'
  readonly entries: readonly (readonly [key: string, value: Node])[]
}
/** A variable whose path is known: `var "a.b"`, `val ["a", "b"]`, `val [[1], "a"]`. */
export interface PathNode {
  readonly kind: 'path'
  readonly steps: readonly Step[]
  /** Scopes to go up (B7); null reads the current data. */
  readonly level: number | null
  /** Evaluated when the path is absent. */
  readonly fallback: Node | null
}
export interface CallNode {
  readonly kind: 'call'
  readonly operator: Operator
  readonly args: readonly Node[]
  /** Whether the arguments were written as an array: `{"op": [a]}` rather than `{"op": a}`. */
  readonly list: boolean
}
/** An operator that is not one; fails when it is evaluated. */
export interface UnknownNode {
  readonly kind: 'unknown'
  readonly name: string
}

/** One operator: words, example and code. Docs, the API and the editor derive from it. */
export interface Operator {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  /** What each argument is, by name; `name?` may be left out, `...name` takes all that follow. */
  readonly args: Readonly<Record<string, string>>
  readonly example: { readonly rule: Json; readonly data?: Json; readonly result: Json }
  /** Whether a call whose arguments are all constant is replaced by its result when the rule is compiled. */
  readonly foldable: boolean
  /** Whether the result can hold values within values that were not so before. */
  readonly composes?: boolean
  /** Whether the result is always true or false. */
  readonly boolean?: boolean
  /** Whether nothing may be shown of an expression in which it stands but what is written. */
  readonly isHidden?: boolean
  /** Rewrites a call when it is compiled; where the reference's optimiser can be seen (B2), so can this. */
  simplify?(call: CallNode, rewrite: Rewrite): Node
  build(call: CallNode, builder: Builder): Evaluate
  /** What the call itself reads (its arguments apart); absent for operators that see only their arguments. */
  reads?(call: CallNode): Reads
  /** The argument that is evaluated once per item of the first, in a scope of its own. */
  readonly body?: number
}

/** Steps from the current data (`scoped`) and from the root that a call reads; `'any'` when they are computed. */
export interface Reads {
  readonly scoped: readonly (readonly string[])[] | 'any'
  readonly root?: readonly (readonly string[])[]
}

export interface Rewrite {
  /** Makes a call as if it stood in the rule: folded and simplified. */
  call(name: string, args: readonly Node[]): Node
}

/** A node that runs once per item. */
export interface Body {
  readonly run: Evaluate
  /** Whether it looks at its scope, so that the iterator has to keep a frame. */
  readonly framed: boolean
  /** Operations to charge per item. */
  readonly weight: number
}

/** What operators use to compile their arguments. */
export interface Builder {
  readonly meter: Meter
  readonly clock: Clock
  build(node: Node): Evaluate
  /** Like `build`, but the result is the truth of the value. */
  test(node: Node): Evaluate
  body(node: Node): Body
  /** Tells that the code being built looks at its frame; `root`: that it also needs the frames around it. */
  usesFrame(root: boolean): void
}

export function literal(value: Json): LiteralNode {
  return { kind: 'literal', value }
}

export function isLiteral(node: Node | undefined): node is LiteralNode {
  return node !== undefined && node.kind === 'literal'
}

/** The elements of an array that is written in the rule; undefined for everything else. */
export function itemsOf(node: Node): readonly Node[] | undefined {
  if (node.kind === 'array') return node.items
  return isLiteral(node) && Array.isArray(node.value) ? node.value.map(literal) : undefined
}
