import type { Analysis } from '../../../expression/analysis.ts'
import { type Constant, constantOf } from '../../../expression/lint/constant-of.ts'
import { hasUnknownOperator } from '../../../expression/lint/unknown-operators.ts'
import { OUTCOME } from '../../../expression/outcomes.ts'
import { isTruthy } from '../../../expression/truth.ts'
import type { Json } from '../../../std/json.ts'
import type { Warning } from '../../../versioning/finding.ts'
import { isAccepted } from '../../accepted.ts'
import { conjunctsOf } from '../conjuncts.ts'
import { guardedBy } from '../example-channel.ts'
import type { ChannelRule, GuardExpression } from '../subject.ts'

export const constantCondition: ChannelRule = {
  name: 'constant-condition',
  summary:
    '`validation_logic` or `authorization_logic` always gives the same: it refuses every request, or it guards nothing. ' +
    'Often a text was meant as a variable.',
  example: {
    wrong: guardedBy({ validation_logic: { '==': ['data.kind', 'order'] } }),
    at: 'config.validation_logic',
    right: guardedBy({ validation_logic: { '==': [{ var: 'data.kind' }, 'order'] } }),
  },
  *check({ logic, needs: { limits } }) {
    for (const expression of logic) {
      const { path, rule, condition, analysis, scope } = expression
      if (condition === undefined || analysis === undefined || hasUnknownOperator(expression)) continue
      // An empty object is let through here, and is no truth elsewhere (contract 8.4).
      const accepts = scope.place === 'validation_logic' ? isAccepted : isTruthy
      const fatal = conjunctsOf(path, rule, limits).find(part =>
        neverAccepts(part.analysis, constantOf(part.rule, part.analysis, limits), accepts),
      )
      if (fatal !== undefined) yield refusal(expression, fatal.path)
      else if (alwaysAccepts(analysis, constantOf(rule, analysis, limits), accepts)) yield opening(expression)
    }
  },
}

type Accepts = (value: Json) => boolean

function neverAccepts({ outcomes }: Analysis, constant: Constant | undefined, accepts: Accepts): boolean {
  if (constant === undefined) return (outcomes & ~(OUTCOME.false | OUTCOME.null)) === 0
  return constant === 'fails' || !accepts(constant.value)
}

function alwaysAccepts({ outcomes }: Analysis, constant: Constant | undefined, accepts: Accepts): boolean {
  if (constant === undefined) return outcomes === OUTCOME.true
  return constant !== 'fails' && accepts(constant.value)
}

const EXPECTED = 'a comparison of what the request has, such as {"==": [{"var": "data.kind"}, "order"]}'
const EXPECTED_OF_CLAIMS = 'a comparison of claims, such as {"==": [{"var": "claims.role"}, "admin"]}'

function refusal({ condition, scope }: GuardExpression, path: string): Warning {
  const ofClaims = scope.roots.includes('claims')
  return {
    path,
    message: `this is never true, so "${condition}" refuses every request (${ofClaims ? 403 : 400})`,
    expected: ofClaims ? EXPECTED_OF_CLAIMS : EXPECTED,
  }
}

function opening({ path, condition, scope }: GuardExpression): Warning {
  const ofClaims = scope.roots.includes('claims')
  return {
    path,
    message: `"${condition}" accepts whatever comes, so it guards nothing`,
    expected: ofClaims ? EXPECTED_OF_CLAIMS : EXPECTED,
  }
}
