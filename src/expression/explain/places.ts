import type { Json } from '../../std/json.ts'
import type { Node } from '../node.ts'
import { Parser } from '../parse.ts'

/** A part of a rule: what is written there, and where. */
export interface Place {
  readonly rule: Json
  /** `and[1].>[0]`: names of operators and keys, and positions in arrays; empty for the whole. */
  readonly path: string
}

/** Reads a rule and remembers where each node was written. */
export class PlacingParser extends Parser {
  /** Where a rule that does not compile is wrong, as deep as it is known. */
  failedAt: string | undefined
  /** Whether an operator was read that lets nothing be shown. */
  holdsHidden = false
  private readonly paths = new Map<Json, string>()
  private readonly places = new Map<Node, Place>()

  override read(rule: Json, depth = 0): Node {
    try {
      if (depth === 0) this.paths.set(rule, '')
      this.locateParts(rule)
      const node = super.read(rule, depth)
      if (node.kind === 'call' && node.operator.isHidden === true) this.holdsHidden = true
      // A rule that is replaced by a part of it is explained by the part.
      const path = this.paths.get(rule)
      if (path !== undefined && !this.places.has(node)) this.places.set(node, { rule, path })
      return node
    } catch (error) {
      this.failedAt ??= this.paths.get(rule)
      throw error
    }
  }

  /** Undefined for a node that stands for no part of the rule. */
  placeOf(node: Node): Place | undefined {
    return this.places.get(node)
  }

  /** Containers only: scalars are the same wherever they are, and never fail. */
  private locateParts(rule: Json): void {
    if (typeof rule !== 'object' || rule === null) return
    const path = this.paths.get(rule) ?? ''
    if (Array.isArray(rule)) {
      for (const [index, part] of rule.entries()) this.locate(part, `${path}[${index}]`)
      return
    }
    for (const key of Object.keys(rule)) {
      const inner = path === '' ? key : `${path}.${key}`
      const part = rule[key] ?? null
      // The arguments of an operator are read one by one.
      if (Array.isArray(part))
        for (const [index, arg] of part.entries()) this.locate(arg, `${inner}[${index}]`)
      this.locate(part, inner)
    }
  }

  private locate(part: Json, path: string): void {
    if (typeof part === 'object' && part !== null) this.paths.set(part, path)
  }
}
