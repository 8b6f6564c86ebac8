import { mapping } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const lostProgress: WorkflowRule = {
  name: 'lost-progress',
  summary: 'A task writes `metadata.progress`, which the engine replaces as soon as the task is done.',
  example: {
    wrong: { tasks: [mapping('metadata.progress', 'half')] },
    at: 'tasks[0].function.input.mappings[0].path',
    right: { tasks: [mapping('temp_data.progress', 'half')] },
  },
  *check({ flow }) {
    for (const { kind, path, at } of flow) {
      if (kind !== 'write' || !(path === 'metadata.progress' || path?.startsWith('metadata.progress.')))
        continue
      yield {
        path: at,
        message: `"${path}" is lost: the engine writes metadata.progress after each task`,
        expected: 'a place in data or temp_data',
      }
    }
  },
}
