import type { CallNode, Node } from './node.ts'
import type { Step } from './path.ts'

/** A place of the data that a rule may read, with everything under it. */
export interface Read {
  /** Dotted, from the root or (`inBody`) from the item; undefined when it depends on data. */
  readonly path: string | undefined
  /** Whether the item of an iterator is read and not the root. */
  readonly inBody: boolean
  /** The variable, or the call that reads by itself. */
  readonly reader: Node
}

/**
 * The dotted paths from the root of the data that a rule may read, or `'any'`. What an iterator's body reads of its item
 * comes out of the collection, whose own path is counted; only scope access reaches out of the body again.
 */
export function readsOf(node: Node): readonly string[] | 'any' {
  const found = new Set<string>()
  let known = true
  eachRead(node, ({ path, inBody }) => {
    if (inBody) return
    if (path === undefined) known = false
    else found.add(path)
  })
  return known ? [...found] : 'any'
}

/** Tells each read of `node` in the order in which they are written. */
export function eachRead(node: Node, tell: (read: Read) => void, inBody = false): void {
  switch (node.kind) {
    case 'path': {
      const reachesRoot = node.level !== null && node.level !== 0
      tell({ path: dotted(node.steps.map(stepName)), inBody: inBody && !reachesRoot, reader: node })
      if (node.fallback !== null) eachRead(node.fallback, tell, inBody)
      return
    }
    case 'array':
      for (const item of node.items) eachRead(item, tell, inBody)
      return
    case 'object':
      for (const [, value] of node.entries) eachRead(value, tell, inBody)
      return
    case 'call':
      eachReadOfCall(node, tell, inBody)
      return
    default:
      return
  }
}

function eachReadOfCall(call: CallNode, tell: (read: Read) => void, inBody: boolean): void {
  const { operator, args } = call
  const own = operator.reads?.(call)
  for (const path of own?.root ?? []) tell({ path: dotted(path), inBody: false, reader: call })
  if (own?.scoped === 'any') tell({ path: undefined, inBody, reader: call })
  else for (const path of own?.scoped ?? []) tell({ path: dotted(path), inBody, reader: call })
  for (const [index, arg] of args.entries()) eachRead(arg, tell, inBody || index === operator.body)
}

function stepName(step: Step): string {
  return step.key ?? String(step.index)
}

/** A path as text. A name with a dot in it cannot be told from two names, so it ends the path: its parent is read. */
function dotted(path: readonly string[]): string {
  const end = path.findIndex(name => name.includes('.') || name === '')
  return (end < 0 ? path : path.slice(0, end)).join('.')
}
