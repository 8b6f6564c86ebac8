import type { Json } from '../../std/json.ts'
import type { Operator } from '../node.ts'
import { numberText } from '../values/number.ts'
import { compareVersions, parseVersion, type Version } from '../values/version.ts'

export const semVer: Operator = {
  name: 'sem_ver',
  summary: 'Compares two semantic versions; null when one cannot be read.',
  args: {
    left: 'A version; `v` and missing parts are tolerated',
    operator: '=, !=, <, <=, >, >=, ^ (same major), ~ (same minor)',
    right: 'A version',
  },
  example: {
    rule: { sem_ver: [{ var: 'version' }, '>=', '1.2.0'] },
    data: { version: 'v1.10' },
    result: true,
  },
  foldable: true,
  build(call, builder) {
    const [first, second, third] = call.args
    if (first === undefined || second === undefined || third === undefined || call.args.length > 3)
      return () => null
    const left = builder.build(first)
    const operator = builder.build(second)
    const right = builder.build(third)
    return (data, frame) => {
      const a = versionOf(left(data, frame))
      const relation = operator(data, frame)
      const b = versionOf(right(data, frame))
      if (a === undefined || b === undefined || typeof relation !== 'string') return null
      const holds = Object.hasOwn(RELATIONS, relation) ? RELATIONS[relation] : undefined
      return holds === undefined ? null : holds(a, b)
    }
  },
}

const RELATIONS: Readonly<Record<string, (a: Version, b: Version) => boolean>> = {
  '=': (a, b) => compareVersions(a, b) === 0,
  '!=': (a, b) => compareVersions(a, b) !== 0,
  '<': (a, b) => compareVersions(a, b) < 0,
  '<=': (a, b) => compareVersions(a, b) <= 0,
  '>': (a, b) => compareVersions(a, b) > 0,
  '>=': (a, b) => compareVersions(a, b) >= 0,
  '^': (a, b) => a.numbers[0] === b.numbers[0],
  '~': (a, b) => a.numbers[0] === b.numbers[0] && a.numbers[1] === b.numbers[1],
}

/** A number is read as its text: 1.2 is version 1.2.0. */
function versionOf(value: Json): Version | undefined {
  if (typeof value === 'number') return parseVersion(numberText(value))
  return typeof value === 'string' ? parseVersion(value) : undefined
}
