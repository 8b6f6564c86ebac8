import { ExpressionError } from '../expression/expression.ts'
import { isLiteral, type Operator } from '../expression/node.ts'
import { operatorsByName } from '../expression/operators/index.ts'
import type { Found } from '../secrets/definition.ts'

/** `{"secret": "NAME"}` stands for a secret where a task calls another system, and nowhere else. */
export const SECRET_OPERATOR = 'secret'

export type SecretLookup = (name: string) => Found

export type Operators = ReadonlyMap<string, Operator>

/** Every operator, and `secret`. A name without a value does not compile. */
export function operatorsWithSecrets(lookup: SecretLookup): Operators {
  return new Map([...operatorsByName, [SECRET_OPERATOR, secretOperator(lookup)]])
}

function secretOperator(lookup: SecretLookup): Operator {
  return {
    name: SECRET_OPERATOR,
    summary: 'A secret by its name.',
    args: { name: 'The name, written out' },
    example: { rule: { secret: 'crm_key' }, result: 'a-long-random-text' },
    foldable: false,
    isHidden: true,
    simplify(call) {
      nameOf(call.args)
      return call
    },
    build({ args }) {
      const name = nameOf(args)
      const found = lookup(name)
      if ('problem' in found) throw refused(`{"secret": "${name}"}: ${found.problem}`)
      const { value } = found
      return () => value
    },
  }
}

function nameOf(args: Parameters<Operator['build']>[0]['args']): string {
  const [name, ...more] = args
  if (isLiteral(name) && typeof name.value === 'string' && more.length === 0) return name.value
  throw refused('"secret" takes the name of a secret, written out: {"secret": "crm_key"}')
}

function refused(text: string): ExpressionError {
  return new ExpressionError('ConfigurationError', `Configuration error: ${text}`)
}
