import type { Json } from '../../std/json.ts'
import type { Operator } from '../node.ts'

export const merge: Operator = {
  name: 'merge',
  summary: 'One array of all arguments and of the elements of those that are arrays; nulls are left out.',
  args: { '...values': 'Arrays and single values' },
  example: { rule: { merge: [{ var: 'a' }, [3], 4] }, data: { a: [1, null, 2] }, result: [1, 2, 3, 4] },
  foldable: false,
  composes: true,
  build(call, builder) {
    const { meter } = builder
    const runs = call.args.map(arg => builder.build(arg))
    return (data, frame) => {
      const merged: Json[] = []
      for (const run of runs) {
        const value = run(data, frame)
        if (Array.isArray(value)) {
          meter.charge(value.length)
          meter.items(merged.length + value.length)
          for (const item of value) if (item !== null) merged.push(item)
        } else if (value !== null) merged.push(value)
      }
      return merged
    }
  },
}
