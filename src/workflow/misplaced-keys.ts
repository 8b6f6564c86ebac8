import type { Detail } from '../errors.ts'
import { type JsonObject, own } from '../std/json.ts'
import { notAvailable } from '../versioning/not-available.ts'

const LOOP = 'a loop belongs to the workflow, beside its tasks'

/** Keys that are known elsewhere, and where they belong. */
const MISPLACED = {
  task: { loop: LOOP },
  group: {
    loop: LOOP,
    function: 'a group has tasks and calls no function; put it into one of them',
    continue_on_error: 'a group has no outcome of its own; put it on the tasks that may fail',
    halt_on: 'a group has no outcome of its own; put it on the task that can fail',
  },
} as const

/** What the reference ignores in silence. */
export function misplacedKeys(step: JsonObject, kind: 'task' | 'group', path: string): Detail[] {
  const misplaced = Object.entries(MISPLACED[kind]).flatMap(([key, why]): Detail[] =>
    Object.hasOwn(step, key)
      ? [
          {
            path: `${path}.${key}`,
            code: 'UNKNOWN_KEY',
            message: `"${key}" is not a key of a ${kind}: ${why}`,
          },
        ]
      : [],
  )
  const fanOut = own(step, 'for_each')
  if (fanOut === undefined || fanOut === null) return misplaced
  return [...misplaced, notAvailable(`${path}.for_each`, '"for_each"')]
}
