import { isAccepted } from '../../channel/accepted.ts'
import { compileGuardLogic } from '../../channel/guard-logic.ts'
import { OrionError } from '../../errors.ts'
import { type Expression, ExpressionError, type Limits } from '../../expression/expression.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { ValidationGuard } from './guards.ts'
import type { Request } from './request.ts'
import { factsRead, writeFacts } from './scope.ts'

/** `validation_logic` (contract 8.4): what a request has to fulfil before anything is done for it. Throws ExpressionError. */
export function openValidation(
  rule: Json,
  limits: Limits,
): ValidationGuard & { readonly reads: Expression['reads'] } {
  const expression = compileGuardLogic(rule, 'condition', limits)
  const facts = factsRead(expression.reads)
  return {
    reads: expression.reads,
    check({ arrival, data, metadata }: Request) {
      const scope: JsonObject = writeFacts({ data, metadata }, arrival.facts, facts)
      if (!isAccepted(evaluated(expression, scope))) {
        throw new OrionError('BAD_REQUEST', 'Input validation failed')
      }
    },
  }
}

function evaluated(expression: Expression, scope: JsonObject): Json {
  try {
    return expression.evaluate(scope)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw new OrionError('BAD_REQUEST', `Input validation error: ${error.message}`)
  }
}
