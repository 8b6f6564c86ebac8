import { parsing } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const targetFromData: WorkflowRule = {
  name: 'target-from-data',
  summary: 'A `target` that begins with `data.` writes `data.data`: targets count from `data` already.',
  example: {
    wrong: { tasks: [parsing('data.order')] },
    at: 'tasks[0].function.input.target',
    right: { tasks: [parsing('order')] },
  },
  *check({ flow }) {
    for (const { kind, path, at } of flow) {
      const target =
        at.endsWith('.target') && kind === 'write' ? /^data\.data(?:\.(.*))?$/s.exec(path ?? '') : null
      if (target === null) continue
      const [, meant] = target
      yield {
        path: at,
        message: `the target counts from data already, so this writes "${path}"`,
        expected: meant === undefined ? 'a name below data' : `"${meant}"`,
        ...(meant !== undefined && { suggestion: meant }),
      }
    }
  },
}
