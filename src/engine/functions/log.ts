import { Type } from '@sinclair/typebox'
import type { Expression } from '../../expression/expression.ts'
import { Logic } from '../../expression/logic.ts'
import { isTooLarge } from '../../std/json-size.ts'
import { defineFunction } from '../define-function.ts'
import { isRuleFailure } from '../engine-error.ts'
import type { RunContext } from '../functions-api.ts'
import { spendWriting } from '../spend.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const

export const log = defineFunction({
  name: 'log',
  category: 'utility',
  summary: 'Writes one line to the log. Never fails; nothing is evaluated when the level is off.',
  input: Type.Object(
    {
      level: Type.Optional(
        Type.Union(
          LEVELS.map(level => Type.Literal(level)),
          { default: 'info', description: 'Level of the line' },
        ),
      ),
      message: Logic('The text; other values are written as JSON'),
      fields: Type.Optional(
        Type.Record(Type.String(), Logic('Value of the field'), {
          description: 'Added to the line as `[name=value, ...]`',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    data: { order_id: 'ORD-1' },
    input: {
      message: { cat: ['received ', { var: 'data.order_id' }] },
      fields: { id: { var: 'data.order_id' } },
    },
    result: { order_id: 'ORD-1' },
  },
  retrySafety: 'pure',
  compile({ level = 'info', message, fields = {} }, { logic, limits }) {
    const text = logic(message)
    const named = Object.entries(fields).map(([name, rule]) => ({ name, value: logic(rule) }))
    return run => {
      if (run.log.enabled(level)) {
        const line = new Line(run, limits.maxResultChars)
        const parts = named.map(({ name, value }) => `${name}=${line.part(value)}`)
        run.log.write(level, line.part(text) + (parts.length > 0 ? ` [${parts.join(', ')}]` : ''))
      }
      return 200
    }
  },
})

/** What one line shows; together not more than one text may have. */
class Line {
  readonly #run: RunContext
  #room: number

  constructor(run: RunContext, maxChars: number) {
    this.#run = run
    this.#room = maxChars
  }

  /** Texts as they are, other values as compact JSON. */
  part(expression: Expression): string {
    const { message, budget } = this.#run
    try {
      const value = expression.evaluate(message.context, budget)
      if (isTooLarge(value, this.#room)) return '<too large>'
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      spendWriting(budget, text.length)
      this.#room -= text.length
      return text
    } catch (error) {
      if (!isRuleFailure(error)) throw error
      return '<eval error>'
    }
  }
}
