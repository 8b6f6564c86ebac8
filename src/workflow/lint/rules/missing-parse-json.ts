import { excerpt } from '../../../std/excerpt.ts'
import { logging, parsing } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'
import { readsPayload, unsetReads } from '../unset-reads.ts'

export const missingParseJson: WorkflowRule = {
  name: 'missing-parse-json',
  summary:
    'The workflow reads `data`, but no task brings the payload in. What a request sends is the payload, which only ' +
    '`parse_json` and `parse_xml` can read; until then `data` is empty.',
  example: {
    wrong: { tasks: [logging({ var: 'data.order.total' })] },
    at: 'tasks[0].function.input.message.var',
    right: { tasks: [parsing('order'), logging({ var: 'data.order.total' })] },
  },
  *check(subject) {
    if (readsPayload(subject)) return
    for (const { read, later, nearest } of unsetReads(subject)) {
      if (later !== undefined || nearest !== undefined || !read.path.startsWith('data.')) continue
      const [, name = ''] = read.path.split('.')
      yield {
        path: read.at,
        message: `"${excerpt(read.path)}" is always null: no task brings the payload into data`,
        expected: `a first task parse_json with {"source": "payload", "target": "${name}"}`,
      }
      // The others have the same cause.
      return
    }
  },
}
