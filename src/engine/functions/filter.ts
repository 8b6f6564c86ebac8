import { Type } from '@sinclair/typebox'
import { Condition } from '../../expression/logic.ts'
import { compileCondition, holds } from '../condition.ts'
import { defineFunction } from '../define-function.ts'

const OK = 200
const HALT = 299

export const filter = defineFunction({
  name: 'filter',
  category: 'control',
  summary:
    'Goes on only when the condition is exactly `true`. Otherwise `halt` ends this workflow (status 299; other ' +
    'workflows still run) and `skip` does nothing.',
  input: Type.Object(
    {
      condition: Condition('What must be exactly `true`'),
      on_reject: Type.Optional(
        Type.Union([Type.Literal('halt'), Type.Literal('skip')], {
          default: 'halt',
          description: 'What happens otherwise',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  example: {
    data: { total: 10 },
    input: { condition: { '>': [{ var: 'data.total' }, 5] }, on_reject: 'halt' },
    result: { total: 10 },
  },
  retrySafety: 'pure',
  compile({ condition, on_reject }, context) {
    const compiled = compileCondition(condition, context)
    const rejected = on_reject === 'skip' ? 'skip' : HALT
    if (compiled === undefined) return () => OK
    return run => (holds(compiled, run) ? OK : rejected)
  },
})
