import { unknownOperators } from '../../../expression/lint/unknown-operators.ts'
import { excerpt } from '../../../std/excerpt.ts'
import { guardedBy } from '../example-channel.ts'
import type { ChannelRule } from '../subject.ts'

export const unknownGuardOperator: ChannelRule = {
  name: 'unknown-guard-operator',
  summary:
    'An operator in the logic of a guard that is not one. `validation_logic` and `authorization_logic` then fail, so ' +
    'that every request is refused; a key is an object made of what was written.',
  example: {
    wrong: guardedBy({ validation_logic: { equals: [{ var: 'data.kind' }, 'order'] } }),
    at: 'config.validation_logic.equals',
    right: guardedBy({ validation_logic: { '==': [{ var: 'data.kind' }, 'order'] } }),
  },
  *check({ logic }) {
    for (const expression of logic) {
      const { condition } = expression
      for (const { path, name, meant } of unknownOperators(expression)) {
        const shown = excerpt(name)
        const effect =
          condition === undefined ? `this is an object with the key "${shown}"` : `"${condition}" fails here`
        yield {
          path,
          message: `"${shown}" is no operator, so ${effect}${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
          expected: meant === undefined ? 'an operator of docs/expressions.md' : `{"${meant}": ...}`,
          ...(meant !== undefined && { suggestion: meant }),
        }
      }
    }
  },
}
