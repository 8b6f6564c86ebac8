import type { Json } from '../../std/json.ts'
import { Frame } from '../evaluate.ts'
import { ExpressionError } from '../expression.ts'
import type { Operator } from '../node.ts'

/** An error takes microseconds to make and to catch. */
const OPERATIONS_PER_ERROR = 120

export const attempt: Operator = {
  name: 'try',
  summary:
    'The first argument that does not fail; the last one sees the error that was thrown before it as its data.',
  args: { '...values': 'Evaluated in turn' },
  example: {
    rule: { try: [{ '/': [{ var: 'total' }, { var: 'count' }] }, 0] },
    data: { total: 5, count: 0 },
    result: 0,
  },
  foldable: false,
  build(call, builder) {
    const runs = call.args.map(arg => builder.build(arg))
    const last = runs.length - 1
    const { meter } = builder
    return (data, frame) => {
      let error: ExpressionError | undefined
      for (const [index, run] of runs.entries()) {
        try {
          if (index !== last || error === undefined || error.kind !== 'Thrown') return run(data, frame)
          const value: Json = error.thrown ?? null
          return run(value, Frame.inside(frame, value))
        } catch (caught) {
          if (!(caught instanceof ExpressionError) || caught.kind === 'BudgetExceeded') throw caught
          meter.charge(OPERATIONS_PER_ERROR)
          error = caught
        }
      }
      if (error !== undefined) throw error
      return null
    }
  },
}
