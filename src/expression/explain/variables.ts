import type { Json } from '../../std/json.ts'
import type { Node } from '../node.ts'
import type { Place } from './places.ts'

/** The name of a variable as authors write it; undefined for a node that is none. `""` is the whole of the data. */
export function variableName(node: Node, place: Place | undefined): string | undefined {
  if (node.kind === 'path') {
    const keys = node.steps.map(({ key, index }) => key ?? String(index))
    const isPlain = node.level === null && !keys.some(key => key.includes('.'))
    return isPlain ? keys.join('.') : argumentText(place?.rule, keys)
  }
  if (node.kind !== 'call' || (node.operator.name !== 'var' && node.operator.name !== 'val')) return undefined
  return argumentText(place?.rule, [])
}

/** `[[1],"total"]`: what looks out of its scope, or is computed, has no other name than its own text. */
function argumentText(rule: Json | undefined, keys: readonly string[]): string {
  const read =
    typeof rule === 'object' && rule !== null && !Array.isArray(rule) ? (rule.val ?? rule.var) : undefined
  return JSON.stringify(read ?? keys)
}

/** The names on the way to a variable, as far as they are written. */
export function variableKeys(node: Node): string[] {
  if (node.kind === 'path') return node.steps.flatMap(({ key }) => key ?? [])
  if (node.kind !== 'call') return []
  return node.args.flatMap(arg =>
    arg.kind === 'literal' && typeof arg.value === 'string' ? arg.value.split('.') : [],
  )
}
