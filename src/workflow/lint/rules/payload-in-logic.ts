import { excerpt } from '../../../std/excerpt.ts'
import { loggingIf, parsing } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const payloadInLogic: WorkflowRule = {
  name: 'payload-in-logic',
  summary: 'An expression reads `payload`, which expressions cannot see; it gives null.',
  example: {
    wrong: { tasks: [loggingIf({ '==': [{ var: 'payload.kind' }, 'order'] })] },
    at: 'tasks[0].condition.==[0].var',
    right: { tasks: [parsing('in'), loggingIf({ '==': [{ var: 'data.in.kind' }, 'order'] })] },
  },
  *check({ flow }) {
    // A mapping may write a place of that name beside the roots, which expressions do see.
    if (flow.some(({ kind, path }) => kind === 'write' && isPayload(path))) return
    for (const event of flow) {
      if (event.kind === 'write' || event.operator === undefined || !isPayload(event.path)) continue
      yield {
        path: event.at,
        message: `"${excerpt(event.path)}" is always null: expressions see data, metadata and temp_data, not the payload`,
        expected:
          'a task parse_json before it with {"source": "payload", "target": "in"}, and then "data.in"',
      }
    }
  },
}

function isPayload(path: string | undefined): boolean {
  return path === 'payload' || path?.startsWith('payload.') === true
}
