import type { Operator } from '../node.ts'

export const coalesce: Operator = {
  name: '??',
  summary: 'The first argument that is not null; false, 0 and "" count as values.',
  args: { '...values': 'Evaluated from left to right as far as needed' },
  example: {
    rule: { '??': [{ var: 'nickname' }, { var: 'name' }, 'unknown'] },
    data: { name: 'Ada' },
    result: 'Ada',
  },
  foldable: true,
  build(call, builder) {
    const runs = call.args.map(arg => builder.build(arg))
    return (data, frame) => {
      for (const run of runs) {
        const value = run(data, frame)
        if (value !== null) return value
      }
      return null
    }
  },
}
