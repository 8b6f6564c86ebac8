import { type Analysis, analyze } from '../../expression/analysis.ts'
import type { Limits } from '../../expression/expression.ts'
import { writtenCall } from '../../expression/lint/parts.ts'
import { OUTCOME } from '../../expression/outcomes.ts'
import type { Json } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'

/** A part of a condition without which it does not accept. */
export interface Conjunct {
  readonly path: string
  readonly rule: Json
  readonly analysis: Analysis
}

/**
 * What all has to hold for a condition that compiles in plain mode to accept a request: the members of its `and`, and of
 * those inside. A member that may be `{}` ends the list, because `and` gives it, and `{}` accepts.
 */
export function conjunctsOf(path: string, rule: Json, limits: Limits): Conjunct[] {
  const found: Conjunct[] = []
  collect(path, rule, limits, found)
  return found
}

/** Tells whether what follows has to hold too. */
function collect(path: string, rule: Json, limits: Limits, found: Conjunct[]): boolean {
  const call = writtenCall(rule)
  if (call?.name === 'and' && call.list && call.args.length > 0) {
    return call.args.every((member, at) =>
      collect(innerPath(innerPath(path, 'and'), at), member, limits, found),
    )
  }
  const analysis = analyze(rule, { mode: 'plain', limits })
  if (analysis === undefined) return false
  found.push({ path, rule, analysis })
  return (analysis.outcomes & (OUTCOME.object | OUTCOME.unknown)) === 0
}
