import { excerpt } from '../../../std/excerpt.ts'
import { pathWithin } from '../../../std/json-positions.ts'
import { mapping, parsing } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'

const CONTEXT = /^(?:data|metadata|temp_data)(?:\.|$)/

export const contextInIterator: WorkflowRule = {
  name: 'context-in-iterator',
  summary:
    'Inside `map`, `filter`, `reduce`, `all`, `some`, `none` and the key of `sort`, variables are read from the item, ' +
    'so a path of the context gives null there. `val` with `[n]` in front reaches the context; n is how many ' +
    'iterators it is in.',
  example: {
    wrong: {
      tasks: [
        parsing('in'),
        mapping('data.dear', {
          filter: [{ var: 'data.in.lines' }, { '>': [{ var: 'price' }, { var: 'data.in.limit' }] }],
        }),
      ],
    },
    at: 'tasks[1].function.input.mappings[0].logic.filter[1].>[1].var',
    right: {
      tasks: [
        parsing('in'),
        mapping('data.dear', {
          filter: [
            { var: 'data.in.lines' },
            { '>': [{ var: 'price' }, { val: [[1], 'data', 'in', 'limit'] }] },
          ],
        }),
      ],
    },
  },
  *check({ expressions }) {
    for (const { path, analysis } of expressions) {
      yield undefined
      for (const read of analysis?.reads ?? []) {
        if (!read.inBody || read.path === undefined || !CONTEXT.test(read.path)) continue
        const keys = read.path.split('.').map(name => JSON.stringify(name))
        yield {
          path: pathWithin(path, read.at),
          message: `"${excerpt(read.path)}" is read from the item here, not from the context`,
          expected: `{"val": [[1], ${keys.join(', ')}]} in one iterator, [2] in two`,
        }
      }
    }
  },
}
