import { invalidArguments } from '../failure.ts'
import type { Operator } from '../node.ts'
import type { DateTime } from '../values/datetime.ts'
import { asDateTime } from '../values/time.ts'
import { failing } from './comparison.ts'

const UNIT_SECONDS = new Map([
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
])

export const dateDiff: Operator = {
  name: 'date_diff',
  summary: 'How far the first date lies behind the second, in whole units.',
  args: {
    later: 'A date and time',
    earlier: 'A date and time',
    unit: 'days, hours, minutes, seconds or milliseconds',
  },
  example: { rule: { date_diff: ['2024-01-03T00:00:00Z', '2024-01-01T12:00:00Z', 'days'] }, result: 1 },
  foldable: true,
  build(call, builder) {
    const [first, second, third] = call.args
    if (first === undefined || second === undefined || third === undefined) return failing()
    const { meter } = builder
    const later = builder.build(first)
    const earlier = builder.build(second)
    const unit = builder.build(third)
    return (data, frame) => {
      const a = asDateTime(later(data, frame), meter)
      const b = asDateTime(earlier(data, frame), meter)
      const name = unit(data, frame)
      if (a === undefined || b === undefined || typeof name !== 'string') {
        throw invalidArguments('Failed to calculate date difference')
      }
      return difference(a, b, name)
    }
  },
}

/** Towards zero; an unknown unit gives 0. */
function difference(a: DateTime, b: DateTime, unit: string): number {
  const milliseconds = Math.trunc((a.seconds - b.seconds) * 1e3 + (a.nanos - b.nanos) / 1e6)
  if (unit === 'milliseconds') return milliseconds + 0
  const length = UNIT_SECONDS.get(unit)
  return length === undefined ? 0 : Math.trunc(milliseconds / 1e3 / length) + 0
}
