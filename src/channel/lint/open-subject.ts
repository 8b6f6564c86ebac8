import { analyze } from '../../expression/analysis.ts'
import { partsOf } from '../../expression/lint/parts.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { GUARD_MODE } from '../guard-logic.ts'
import { GUARD_SCOPES, type GuardScope } from './guard-scopes.ts'
import type { ChannelLintNeeds, ChannelSubject, GuardExpression } from './subject.ts'

/** Reads a normalized channel once for all rules. Nothing about it need be right. */
export function openSubject(channel: JsonObject, needs: ChannelLintNeeds): ChannelSubject {
  const written = own(channel, 'config')
  const config = isObject(written) ? written : {}
  const logic = GUARD_SCOPES.flatMap(scope => {
    const rule = valueAt(config, scope.place)
    return rule === undefined ? [] : [guardExpression(scope, rule, needs)]
  })
  return { channel, config, logic, needs }
}

/** What stands at a dotted place of a configuration. */
export function valueAt(config: JsonObject, place: string): Json | undefined {
  let value: Json | undefined = config
  for (const name of place.split('.')) value = isObject(value) ? own(value, name) : undefined
  return value
}

function guardExpression(scope: GuardScope, rule: Json, { limits }: ChannelLintNeeds): GuardExpression {
  const path = `config.${scope.place}`
  const mode = GUARD_MODE[scope.use]
  return {
    path,
    rule,
    mode,
    condition: scope.use === 'condition' ? scope.place : undefined,
    analysis: analyze(rule, { mode, limits }),
    parts: partsOf(path, rule),
    scope,
  }
}
