import { isObject, type Json, own } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Operator } from '../node.ts'
import { utcText } from '../values/datetime.ts'
import { durationText } from '../values/duration.ts'
import { asDateTime, asDuration } from '../values/time.ts'

/** Operations that writing a date takes. */
const OPERATIONS_PER_DATE = 10

export const datetime: Operator = {
  name: 'datetime',
  summary: 'A date and time, checked and handed on as it is written.',
  args: { value: 'RFC 3339, or YYYY-MM-DDTHH:MM:SS in UTC' },
  example: { rule: { datetime: '2024-01-02T03:04:05Z' }, result: '2024-01-02T03:04:05Z' },
  foldable: true,
  build(call, builder) {
    const [arg] = call.args
    if (arg === undefined) return failingWith('datetime requires an argument')
    const { meter } = builder
    const run = builder.build(arg)
    return (data, frame) => {
      const value = run(data, frame)
      if (!isMarked(value) && asDateTime(value, meter) === undefined)
        throw invalidArguments('Invalid datetime format')
      return value
    }
  },
}

export const timestamp: Operator = {
  name: 'timestamp',
  summary: 'A duration, in its normal form.',
  args: { value: '`1d:2h:3m:4s` in any subset, or `1d2h3m`' },
  example: { rule: { timestamp: '36h' }, result: '1d:12h:0m:0s' },
  foldable: true,
  build(call, builder) {
    const [arg] = call.args
    if (arg === undefined) return failingWith('timestamp requires an argument')
    const { meter } = builder
    const run = builder.build(arg)
    return (data, frame) => {
      const seconds = asDuration(run(data, frame), meter)
      if (seconds === undefined) throw invalidArguments('Invalid duration format')
      return durationText(seconds)
    }
  },
}

export const now: Operator = {
  name: 'now',
  summary: 'The current second, UTC.',
  args: {},
  example: { rule: { type: { now: [] } }, result: 'datetime' },
  foldable: false,
  build(_call, builder) {
    const { clock, meter } = builder
    return () => {
      meter.charge(OPERATIONS_PER_DATE)
      return utcText(Math.floor(clock.now() / 1000))
    }
  },
}

/** An object that says it is a date is handed on unread. */
function isMarked(value: Json): boolean {
  return isObject(value) && own(value, 'datetime') !== undefined
}

function failingWith(text: string): () => never {
  return () => {
    throw invalidArguments(text)
  }
}
