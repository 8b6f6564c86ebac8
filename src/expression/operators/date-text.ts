import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { formatDate, offsetText, strftime } from '../values/date-format.ts'
import { readDate } from '../values/date-reading.ts'
import { asDateTime } from '../values/time.ts'
import { failing } from './comparison.ts'

/** Longest format that is looked at. */
const LONGEST = 256

/** Operations that a text takes beside those for its letters. */
const OPERATIONS_PER_TEXT = 30
/** Operations that a letter of a format takes, which may stand for a whole date. */
const OPERATIONS_PER_LETTER = 4

export const formatDateOperator: Operator = {
  name: 'format_date',
  summary: 'A date as text, in UTC; the format `z` gives the offset the date was written in.',
  args: { date: 'A date and time', format: 'yyyy, MM, dd, HH, mm, ss, or strftime fields' },
  example: { rule: { format_date: ['2024-01-02T03:04:05Z', 'dd.MM.yyyy'] }, result: '02.01.2024' },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined || second === undefined) return failing()
    const { meter } = builder
    const date = builder.build(first)
    const format = builder.build(second)
    return (data, frame) => {
      const at = asDateTime(date(data, frame), meter)
      const wanted = format(data, frame)
      chargeFormat(wanted, meter)
      const text =
        at === undefined || typeof wanted !== 'string' || wanted.length > LONGEST
          ? undefined
          : wanted === 'z'
            ? offsetText(at)
            : formatDate(at, strftime(wanted))
      if (text === undefined) throw invalidArguments('Failed to format date')
      return text
    }
  },
}

export const parseDateOperator: Operator = {
  name: 'parse_date',
  summary: 'A date read from a text, as YYYY-MM-DDTHH:MM:SSZ.',
  args: { text: 'A text', format: 'yyyy, MM, dd, HH, mm, ss, or strftime fields' },
  example: { rule: { parse_date: ['02.01.2024', 'dd.MM.yyyy'] }, result: '2024-01-02T00:00:00Z' },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined || second === undefined) return failing()
    const { meter } = builder
    const text = builder.build(first)
    const format = builder.build(second)
    return (data, frame) => {
      const value = text(data, frame)
      const wanted = format(data, frame)
      chargeFormat(wanted, meter)
      const readable =
        typeof value === 'string' &&
        typeof wanted === 'string' &&
        value.length <= LONGEST &&
        wanted.length <= LONGEST
      const date = readable ? readDate(value, strftime(wanted)) : undefined
      if (date === undefined) throw invalidArguments('Failed to parse date')
      return date
    }
  },
}

function chargeFormat(format: Json, meter: Meter): void {
  const letters = typeof format === 'string' ? Math.min(format.length, LONGEST) : 0
  meter.charge(OPERATIONS_PER_TEXT + letters * OPERATIONS_PER_LETTER)
}
