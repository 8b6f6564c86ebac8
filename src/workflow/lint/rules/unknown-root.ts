import { excerpt } from '../../../std/excerpt.ts'
import { nearestName } from '../../../std/nearest-name.ts'
import { logging, parsing } from '../example-steps.ts'
import type { ReadEvent, WorkflowRule } from '../subject.ts'
import { Written } from '../written.ts'

const ROOTS = ['data', 'metadata', 'temp_data']

export const unknownRoot: WorkflowRule = {
  name: 'unknown-root',
  summary:
    'A path does not begin with `data`, `metadata` or `temp_data`, which is all that the context has; the read ' +
    'gives null.',
  example: {
    wrong: { tasks: [parsing('order'), logging({ var: 'order.total' })] },
    at: 'tasks[1].function.input.message.var',
    right: { tasks: [parsing('order'), logging({ var: 'data.order.total' })] },
  },
  *check({ flow }) {
    const written = new Written()
    for (const event of flow) {
      if (event.kind === 'write') {
        written.add(event.path)
      } else if (!isKnown(event) && !written.has(event.path)) {
        const meant = meantPath(event.path, written)
        yield {
          path: event.at,
          message: `"${excerpt(event.path)}" is always null: the context has data, metadata and temp_data; did you mean "${meant}"?`,
          expected: 'a path that begins with data, metadata or temp_data',
          suggestion: meant,
        }
      }
    }
  },
}

/** `fractional` has names of its own, and `payload` has a rule of its own. */
function isKnown({ path, operator }: ReadEvent): boolean {
  const [root = ''] = path.split('.', 1)
  return root === '' || root === 'payload' || ROOTS.includes(root) || operator === 'fractional'
}

function meantPath(path: string, written: Written): string {
  const [root = '', ...rest] = path.split('.')
  if (written.has(`data.${path}`)) return `data.${path}`
  const nearest = nearestName(root, ROOTS)
  return nearest === undefined ? `data.${path}` : [nearest, ...rest].join('.')
}
