import type { CallNode, Node, PathNode } from './node.ts'
import type { Step } from './path.ts'

/**
 * The dotted paths from the root of the data that a rule may read, or `'any'`. What an iterator's body reads of its item
 * comes out of the collection, whose own path is counted; only scope access reaches out of the body again.
 */
export function readsOf(node: Node): readonly string[] | 'any' {
  const found = new Set<string>()
  return collect(node, true, found) ? [...found] : 'any'
}

/** Adds what `node` reads; `atRoot` says whether the current data is the root. False when the reads are not known. */
function collect(node: Node, atRoot: boolean, found: Set<string>): boolean {
  switch (node.kind) {
    case 'path':
      addPath(node, atRoot, found)
      return node.fallback === null || collect(node.fallback, atRoot, found)
    case 'array':
      return node.items.every(item => collect(item, atRoot, found))
    case 'object':
      return node.entries.every(([, value]) => collect(value, atRoot, found))
    case 'call':
      return collectCall(node, atRoot, found)
    default:
      return true
  }
}

function collectCall(node: CallNode, atRoot: boolean, found: Set<string>): boolean {
  const own = node.operator.reads?.(node)
  if (own !== undefined) {
    for (const path of own.root ?? []) found.add(dotted(path))
    if (own.scoped === 'any') {
      if (atRoot) return false
    } else if (atRoot) {
      for (const path of own.scoped) found.add(dotted(path))
    }
  }
  const { body } = node.operator
  return node.args.every((arg, index) => collect(arg, atRoot && index !== body, found))
}

function addPath(node: PathNode, atRoot: boolean, found: Set<string>): void {
  const reachesRoot = node.level !== null && node.level !== 0
  if (atRoot || reachesRoot) found.add(dotted(node.steps.map(stepName)))
}

function stepName(step: Step): string {
  return step.key ?? String(step.index)
}

/** A path as text. A name with a dot in it cannot be told from two names, so it ends the path: its parent is read. */
function dotted(path: readonly string[]): string {
  const end = path.findIndex(name => name.includes('.') || name === '')
  return (end < 0 ? path : path.slice(0, end)).join('.')
}
