import { Type } from '@sinclair/typebox'
import type { Expression } from '../../expression/expression.ts'
import { Condition } from '../../expression/logic.ts'
import { timestamp } from '../../std/clock.ts'
import { defineFunction } from '../define-function.ts'
import { isRuleFailure } from '../engine-error.ts'
import type { RunContext } from '../functions-api.ts'
import { eachInTurns } from '../in-turns.ts'
import { operationsOfError, spend } from '../spend.ts'

const Rule = Type.Object(
  {
    logic: Condition('What must be exactly `true`'),
    message: Type.String({ description: 'The text of the error otherwise' }),
  },
  { additionalProperties: false },
)

export const validation = defineFunction({
  name: 'validation',
  aliases: ['validate'],
  category: 'control',
  summary:
    'Checks rules and adds an error to the message for each that is not exactly `true`; status 400 then, which stops ' +
    'nothing by itself.',
  input: Type.Object({ rules: Type.Array(Rule) }, { additionalProperties: false }),
  example: {
    data: { total: 10 },
    input: { rules: [{ logic: { '>': [{ var: 'data.total' }, 0] }, message: 'total must be positive' }] },
    result: { total: 10 },
  },
  retrySafety: 'pure',
  compile({ rules }, { logic }) {
    const compiled = rules.map((rule, index) => ({
      index,
      expression: logic(rule.logic),
      message: rule.message,
    }))
    return run => eachInTurns(compiled, run, check)
  },
})

interface CompiledRule {
  readonly index: number
  readonly expression: Expression
  readonly message: string
}

/** The status of one rule. */
function check({ index, expression, message }: CompiledRule, run: RunContext): number {
  try {
    if (expression.evaluate(run.message.context, run.budget) === true) return 200
    refuse(run, 'VALIDATION_ERROR', message)
  } catch (error) {
    if (!isRuleFailure(error)) throw error
    refuse(run, 'EVALUATION_ERROR', `Failed to evaluate rule ${index}: ${error.message}`)
  }
  return 400
}

function refuse(run: RunContext, code: string, message: string): void {
  spend(run.budget, operationsOfError(message))
  run.message.errors.push({ code, message, path: null, timestamp: timestamp(run.clock.now()) })
}
