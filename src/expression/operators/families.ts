import type { Operator } from '../node.ts'
import { operators } from './index.ts'

/** A group of operators as docs and editors show them. */
export interface Family {
  readonly name: string
  readonly operators: readonly Operator[]
}

/** Where each family begins in the list of operators, which is in their order. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  var: 'variables',
  '==': 'comparison',
  '!': 'logic',
  '+': 'arithmetic',
  cat: 'text',
  merge: 'collections',
  try: 'errors and types',
  datetime: 'dates and durations',
  fractional: 'feature flags',
}

/** Every operator, in the order of the docs. */
export const families: readonly Family[] = grouped()

function grouped(): Family[] {
  const found: { name: string; operators: Operator[] }[] = []
  for (const operator of operators) {
    const name = BEGINNINGS[operator.name]
    if (name !== undefined) found.push({ name, operators: [] })
    found.at(-1)?.operators.push(operator)
  }
  return found
}
