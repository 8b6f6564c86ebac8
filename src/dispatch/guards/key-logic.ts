import { compileGuardLogic } from '../../channel/guard-logic.ts'
import { type Expression, ExpressionError, type Limits } from '../../expression/expression.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { Arrival } from '../arrival.ts'
import { bucketKey } from './bucket-key.ts'
import { factsRead, writeFacts } from './scope.ts'

/** JSONLogic that tells requests apart. */
export interface KeyLogic {
  readonly reads: Expression['reads']
  /** Over `scope`, the facts of the request and `channel`; undefined when the logic gives null or nothing, or fails. */
  keyOf(arrival: Arrival, scope: JsonObject): string | undefined
}

/** Throws ExpressionError. */
export function openKeyLogic(channel: string, rule: Json, limits: Limits): KeyLogic {
  const expression = compileGuardLogic(rule, 'key', limits)
  const facts = factsRead(expression.reads)
  return {
    reads: expression.reads,
    keyOf(arrival, scope) {
      const whole: JsonObject = { ...scope, channel }
      try {
        return bucketKey(expression.evaluate(writeFacts(whole, arrival.facts, facts)))
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
        return undefined
      }
    },
  }
}
