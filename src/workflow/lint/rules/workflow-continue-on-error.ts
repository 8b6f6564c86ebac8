import { own } from '../../../std/json.ts'
import { logging, parsing } from '../example-steps.ts'
import { everyStep } from '../steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const workflowContinueOnError: WorkflowRule = {
  name: 'workflow-continue-on-error',
  summary:
    '`continue_on_error` of a workflow does not make later tasks run: what follows a failed task is still left out, ' +
    'only the answer is 200 instead of an error. Tasks have a `continue_on_error` of their own.',
  example: {
    wrong: { continue_on_error: true, tasks: [parsing('order'), logging('done')] },
    at: 'continue_on_error',
    right: { tasks: [{ continue_on_error: true, ...parsing('order') }, logging('done')] },
  },
  *check({ document, tasks }) {
    if (own(document, 'continue_on_error') !== true) return
    // In a loop it does continue: with the next sweep.
    if ((own(document, 'loop') ?? null) !== null) return
    const calls = [...everyStep(tasks)].filter(step => step.call !== undefined)
    if (calls.length < 2 || calls.some(({ written }) => own(written, 'continue_on_error') === true)) return
    yield {
      path: 'continue_on_error',
      message:
        'a failed task still ends this workflow; only the answer becomes 200 with the failure in "errors"',
      expected: '"continue_on_error": true on each task after whose failure the next one shall run',
    }
  },
}
