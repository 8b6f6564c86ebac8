import { excerpt } from '../../../std/excerpt.ts'
import { logging, parsing } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'
import { readsPayload, unsetReads } from '../unset-reads.ts'

export const readBeforeWrite: WorkflowRule = {
  name: 'read-before-write',
  summary:
    'A place of `data` or `temp_data` is read before anything wrote it. Both are empty when a workflow starts, so ' +
    'the read gives null, which compares as 0.',
  example: {
    wrong: { tasks: [parsing('order'), logging({ var: 'data.oder.total' })] },
    at: 'tasks[1].function.input.message.var',
    right: { tasks: [parsing('order'), logging({ var: 'data.order.total' })] },
  },
  *check(subject) {
    const hasPayload = readsPayload(subject)
    for (const { read, later, nearest } of unsetReads(subject)) {
      if (later === undefined && nearest === undefined && !hasPayload) continue
      const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`
      const too = later === undefined ? meant : `; ${later.at} writes it later`
      yield {
        path: read.at,
        message: `"${excerpt(read.path)}" is read before anything wrote it${too}`,
        expected: `a task before this one that writes "${excerpt(read.path)}"`,
        ...(nearest !== undefined && { suggestion: nearest }),
      }
    }
  },
}
