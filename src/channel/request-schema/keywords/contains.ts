import { type JsonObject, own } from '../../../std/json.ts'
import type { Build, Rule } from '../rule.ts'
import { limit } from './sizes.ts'

/** `contains` with `minContains` and `maxContains`. */
export function contains(schema: JsonObject, build: Build): Rule | undefined {
  if (own(schema, 'contains') === undefined) return undefined
  const item = build.child('contains')
  const least = limit(schema, 'minContains')
  const min = Number.isNaN(least) ? 1 : least
  const most = limit(schema, 'maxContains')
  const max = Number.isNaN(most) ? Number.POSITIVE_INFINITY : most
  const enough = max === Number.POSITIVE_INFINITY ? min : max + 1
  return {
    test: value => {
      if (!Array.isArray(value)) return true
      let count = 0
      for (let at = 0; at < value.length && count < enough; at++) if (item.test(value[at] ?? null)) count++
      return count >= min && count <= max
    },
    explain: (value, path, report) => {
      if (!Array.isArray(value)) return
      const got = value.filter(entry => item.test(entry)).length
      const tooFew = got < min
      const expected = tooFew ? `at least ${min} such items` : `at most ${max} such items`
      const message = `must contain ${expected}: items that fit "contains"`
      report.add({ path, code: tooFew ? 'OUT_OF_RANGE' : 'TOO_LONG', message, expected, got })
    },
    mark: (value, marks) => {
      if (!Array.isArray(value)) return
      for (const [at, entry] of value.entries()) if (item.test(entry)) marks.items.add(at)
    },
  }
}
