import type { Json } from '../../std/json.ts'
import { isObject, own } from '../../std/json.ts'
import { isLiteral, type Operator } from '../node.ts'

export const exists: Operator = {
  name: 'exists',
  summary: 'Whether an object has a key; more arguments go further in. A present null counts.',
  args: { '...keys': 'Keys from the outside in; no dots, no indexes' },
  example: { rule: { exists: ['order', 'total'] }, data: { order: { total: null } }, result: true },
  foldable: false,
  boolean: true,
  build(call, builder) {
    const runs = call.args.map(arg => builder.build(arg))
    return (data, frame) => {
      let value: Json = data
      for (const run of runs) {
        const key = run(data, frame)
        const inner = typeof key === 'string' && isObject(value) ? own(value, key) : undefined
        if (inner === undefined) return false
        value = inner
      }
      return true
    }
  },
  reads(call) {
    const keys: string[] = []
    for (const arg of call.args) {
      if (!isLiteral(arg) || typeof arg.value !== 'string') break
      keys.push(arg.value)
    }
    return { scoped: keys.length === 0 && call.args.length > 0 ? 'any' : [keys] }
  },
}
