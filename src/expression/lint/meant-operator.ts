import { nearestName } from '../../std/nearest-name.ts'
import { operatorNames, operatorsByName } from '../operators/index.ts'
import { FOREIGN_OPERATORS } from './foreign-operators.ts'
import type { WrittenCall } from './parts.ts'

const OPERATORS: readonly string[] = operatorNames()

/** The operator that was probably meant by a name that is none. */
export function meantOperator(name: string): string | undefined {
  return FOREIGN_OPERATORS.get(name) ?? (name.length > LONGEST ? undefined : nearestName(name, OPERATORS))
}

/**
 * The operator of which this name is a typing error almost for sure, although the object could also be output: one letter
 * is wrong, and the arguments are as many as the operator takes.
 */
export function mistypedOperator({ name, args }: WrittenCall): string | undefined {
  if (!/\w/.test(name)) return meantOperator(name)
  if (name.length < MIN_CHARACTERS || name.length > LONGEST) return undefined
  return OPERATORS.find(
    known => isOneEditAway(name, known) && !isDerived(name, known) && takes(known, args.length),
  )
}

const MIN_CHARACTERS = 4
/** Longer names are near to no operator. */
const LONGEST = 24

/** `types` and `merged` are good names of what `type` and `merge` give. */
function isDerived(name: string, operator: string): boolean {
  return name.startsWith(operator) && /^e?[ds]$/.test(name.slice(operator.length))
}

/** One letter more, less or other, or two neighbours swapped. */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  if (start === a.length && start === b.length) return false
  const [restA, restB] = [a.slice(start), b.slice(start)]
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2)
}

function takes(operator: string, count: number): boolean {
  const names = Object.keys(operatorsByName.get(operator)?.args ?? {})
  const required = names.filter(name => !name.endsWith('?') && !name.startsWith('...'))
  return count >= required.length && (count <= names.length || names.some(name => name.startsWith('...')))
}
