import { isObject, own } from '../../../std/json.ts'
import { mapping, parsing } from '../example-steps.ts'
import { everyStep } from '../steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const nullWritesNothing: WorkflowRule = {
  name: 'null-writes-nothing',
  summary: 'A mapping whose logic is null does nothing: null results are not written.',
  example: {
    wrong: { tasks: [parsing('in'), mapping('data.in.secret', null)] },
    at: 'tasks[1].function.input.mappings[0].logic',
    right: { tasks: [parsing('in'), mapping('data.in.secret', '')] },
  },
  *check({ setup, tasks }) {
    for (const { call } of everyStep([...setup, ...tasks])) {
      const mappings = call?.name === 'map' ? own(call.input, 'mappings') : undefined
      if (!Array.isArray(mappings) || call === undefined) continue
      for (const [at, mapping] of mappings.entries()) {
        if (!isObject(mapping) || own(mapping, 'logic') !== null || own(mapping, 'on_null') === 'unset')
          continue
        yield {
          path: `${call.inputPath}.mappings[${at}].logic`,
          message: `a null is not written, so "${String(own(mapping, 'path'))}" stays as it is`,
          expected: 'a value that is not null; "unset": true instead of "logic" removes the place',
        }
      }
    }
  },
}
