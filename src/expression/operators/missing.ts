import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { type CallNode, isLiteral, type Operator, type Reads } from '../node.ts'
import { readDotted } from '../path.ts'
import { asPosition } from '../values/integer.ts'
import { failing } from './comparison.ts'

export const missing: Operator = {
  name: 'missing',
  summary: 'Those of the given dotted paths that are absent; a present null is not missing.',
  args: { '...paths': 'Dotted paths, or one array of them' },
  example: { rule: { missing: ['name', 'email'] }, data: { name: 'Ada' }, result: ['email'] },
  foldable: false,
  build(call, builder) {
    const runs = call.args.map(arg => builder.build(arg))
    const { meter } = builder
    return (data, frame) => {
      const paths: Json[] = []
      for (const run of runs) {
        const value = run(data, frame)
        if (Array.isArray(value) && runs.length === 1) return absent(data, value, meter)
        paths.push(value)
      }
      return absent(data, paths, meter)
    }
  },
  reads: call => pathReads(call, 0),
}

export const missingSome: Operator = {
  name: 'missing_some',
  summary: 'An empty array when enough of the given paths are present, else those that are absent.',
  args: { minimum: 'How many have to be present', paths: 'Array of dotted paths' },
  example: { rule: { missing_some: [1, ['email', 'phone']] }, data: { phone: '1' }, result: [] },
  foldable: false,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined || second === undefined) return failing()
    const minimum = builder.build(first)
    const paths = builder.build(second)
    const { meter } = builder
    return (data, frame) => {
      const needed = asPosition(minimum(data, frame)) ?? 1
      const names = paths(data, frame)
      const list = Array.isArray(names) ? names : []
      const gone = absent(data, list, meter)
      return texts(list) - gone.length >= needed ? [] : gone
    }
  },
  reads: call => pathReads(call, 1),
}

function absent(data: Json, paths: readonly Json[], meter: Meter): Json[] {
  meter.charge(paths.length)
  return paths.filter(path => typeof path === 'string' && readDotted(data, path, meter) === undefined)
}

function texts(values: readonly Json[]): number {
  return values.filter(value => typeof value === 'string').length
}

/** The paths when all are written in the rule. */
function pathReads(call: CallNode, from: number): Reads {
  const args = call.args.slice(from)
  if (!args.every(isLiteral)) return { scoped: 'any' }
  const paths = args.flatMap(arg => arg.value).filter(value => typeof value === 'string')
  return { scoped: paths.map(path => path.split('.')) }
}
